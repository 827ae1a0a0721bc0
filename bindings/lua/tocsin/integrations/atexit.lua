--- Sends what is left when the program ends: at the end of the script, after an uncaught error, at `os.exit`.
local core = require "tocsin_core"

local atexit = {}

-- The library does it for a process that exits, the module for a state that is closed.
function atexit.setup(client)
    if not client.is_flushed_at_exit then return end
    core.flush_at_close(client.h)
    return function() core.flush_at_close(0) end
end

return atexit
