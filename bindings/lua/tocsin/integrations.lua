--- What tocsin does by itself: each has a name, and can be turned off or set by it.
--
-- An integration is a table with `setup(client, settings)`, which may answer a function that undoes it, and
-- perhaps `defaults`, the options there are.
local integrations = {}

local default_names = { "argv", "atexit", "dedupe", "excepthook", "logging", "modules", "stdlib", "threading" }

local function is_default(name)
    for _, one in ipairs(default_names) do
        if one == name then return true end
    end
    return false
end

local function find(name, given)
    if is_default(name) then return require("tocsin.integrations." .. name) end
    if type(given) == "table" and type(given.setup) == "function" then return given end
    error(("integrations: there is no '%s', and it is no table with a function `setup`"):format(tostring(name)), 0)
end

-- The options of one: its defaults with what was given in their place.
local function settings_of(name, integration, given)
    local settings = {}
    for key, value in pairs(integration.defaults or {}) do settings[key] = value end
    if type(given) ~= "table" or given == integration then return settings end
    for key, value in pairs(given) do
        if (integration.defaults or {})[key] == nil then
            error(("integrations.%s: there is no option '%s'"):format(name, tostring(key)), 0)
        end
        settings[key] = value
    end
    return settings
end

local function add(plan, name, given)
    if given == false then
        plan[name] = nil
        return
    end
    if given ~= true and type(given) ~= "table" then
        error(("integrations.%s: true, false or a table is wanted"):format(tostring(name)), 0)
    end
    local integration = find(name, given)
    plan[name] = { setup = integration.setup, settings = settings_of(name, integration, given) }
end

--- What is to be on, by name. `options` are those of `init`: with `default_integrations` = false only what
-- `integrations` names. Raises about what does not exist.
function integrations.plan(options)
    local plan = {}
    if options.default_integrations ~= false then
        for _, name in ipairs(default_names) do add(plan, name, true) end
    end
    local given = options.integrations or {}
    if type(given) ~= "table" then error("integrations: a table by name is wanted", 0) end
    for name, one in pairs(given) do add(plan, name, one) end
    return plan
end

--- The names of a plan, sorted.
function integrations.names(plan)
    local names = {}
    for name in pairs(plan) do names[#names + 1] = tostring(name) end
    table.sort(names)
    return names
end

--- Turns on what was planned; one that fails is left out. Returns a function that turns all off again.
function integrations.start(client, plan)
    local undone = {}
    for _, name in ipairs(integrations.names(plan)) do
        local ok, undo = pcall(plan[name].setup, client, plan[name].settings)
        if not ok then
            client:complain(("the integration %s failed: %s"):format(name, tostring(undo)))
            plan[name] = nil
        elseif type(undo) == "function" then
            undone[#undone + 1] = undo
        end
    end
    return function()
        for _, undo in ipairs(undone) do pcall(undo) end
    end
end

return integrations
