-- Between the host and a plugin. Answers a function of a scope's number and an order, which runs the plugin
-- in that scope and reports its error; then it answers the error as text, else nothing.
local tocsin = require "tocsin"
local folder = debug.getinfo(1, "S").source:match("^@(.*)/")
local plugin = dofile(("%s/%s.lua"):format(folder, (...)))

return function(number, order)
    local ok, err = tocsin.with_handle(number, function()
        return tocsin.wrap(plugin, order)
    end)
    if not ok then return tostring(err) end
end
