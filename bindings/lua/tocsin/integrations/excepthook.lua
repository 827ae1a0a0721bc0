--- Reports the error that ends a program which runs under `tocsin.main` or the launcher `tocsin-lua`: Lua tells
-- nobody of an error that it ends with. At a prompt only with `always_run`.
local report = require "tocsin.report"

local excepthook = { defaults = { always_run = false } }

function excepthook.setup(_, settings)
    report.excepthook = settings
    return function() report.excepthook = nil end
end

return excepthook
