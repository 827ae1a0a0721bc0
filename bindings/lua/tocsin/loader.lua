--- Tells of modules as they are loaded, so that those which come after `init` are not missed.
local loader = {}

local searchers = package.searchers or package.loaders
local wanted = {}
local is_installed = false

--- How many modules were looked for since this one was first used.
loader.count = 0

local search

local function find(name)
    for _, one in ipairs(searchers) do
        if one ~= search then
            local load, extra = one(name)
            if type(load) == "function" then return load, extra end
        end
    end
end

local function tell(name, module)
    if module == nil then module = package.loaded[name] end
    if wanted[name] and type(module) == "table" then pcall(wanted[name], module) end
end

-- Loads nothing itself; of a module that is waited for it looks at what the others load.
function search(name)
    loader.count = loader.count + 1
    if not wanted[name] then return nil end
    local load, extra = find(name)
    if not load then return nil end
    return function(...)
        local module = load(...)
        tell(name, module)
        return module
    end, extra
end

--- Begins to count.
function loader.install()
    if is_installed or type(searchers) ~= "table" then return end
    table.insert(searchers, 1, search)
    is_installed = true
end

--- Calls `f(module)` now, or as soon as the module of that name is loaded.
function loader.when_loaded(name, f)
    if type(package.loaded[name]) == "table" then return f(package.loaded[name]) end
    wanted[name] = f
    loader.install()
end

--- Ends the waiting.
function loader.forget(name)
    wanted[name] = nil
end

return loader
