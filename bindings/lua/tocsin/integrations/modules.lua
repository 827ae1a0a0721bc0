--- Names the loaded modules that say which version they are of, in events.
local core = require "tocsin_core"
local loader = require "tocsin.loader"

local modules = {}

local function version_of(module)
    local version = type(module) == "table" and rawget(module, "_VERSION")
    if type(version) == "number" then return tostring(version) end
    if type(version) ~= "string" then return nil end
    return version:match("%d[%w.+-]*") or version
end

--- Versions by module, of what is loaded now.
function modules.list()
    local list = {}
    for name, module in pairs(package.loaded) do
        if type(name) == "string" and name ~= "_G" then list[name] = version_of(module) end
    end
    list.tocsin = core.version()
    return list
end

-- No closure: what LuaJIT compiles would keep it, and with it the client.
local function describe(client)
    if client.modules_seen == loader.count then return end
    client.modules_seen = loader.count
    client:describe { modules = modules.list() }
end

--- Sees to it that a client's captures name them.
function modules.watch(client)
    client.before_capture = describe
end

function modules.setup(client)
    loader.install()
    modules.watch(client)
end

return modules
