-- Runs inside a C program, which gives the number of a scope.
local tocsin = require "tocsin"
local core = require "tocsin_core"
local number = ...

print(("  Lua    has instance %d of libtocsin, and scope %d"):format(core.instance_id(), number))
tocsin.with_handle(number, function()
    tocsin.set_tag("coins", "0.85")
    tocsin.capture_message("the coin slot took a button", "warning")
end)
