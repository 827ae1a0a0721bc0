--- Outgoing HTTP: a breadcrumb for each request, and the headers of the trace on it.
--
-- Knows LuaSocket's `socket.http`, and with it `ssl.https`, and lua-resty-http's `resty.http`.
local loader = require "tocsin.loader"

local stdlib = {}

local clients = { ["socket.http"] = "tocsin.integrations.luasocket", ["resty.http"] = "tocsin.integrations.resty" }

function stdlib.setup()
    local undone = {}
    for name, by in pairs(clients) do
        loader.when_loaded(name, function(module) undone[#undone + 1] = require(by).watch(module) end)
    end
    return function()
        for name in pairs(clients) do loader.forget(name) end
        for _, undo in ipairs(undone) do undo() end
    end
end

return stdlib
