--- The options of `init`: which of them go to the core, which stay in Lua.
local core = require "tocsin_core"
local json = require "tocsin.json"

local options = {}

local function_names = { "before_send", "before_breadcrumb", "error_sampler" }
local own_names = { event_processor = true, default_integrations = true, integrations = true, propagate_scope = true }
for _, name in ipairs(function_names) do own_names[name] = true end

local function check(own)
    for _, name in ipairs(function_names) do
        if own[name] ~= nil and type(own[name]) ~= "function" then error(name .. ": a function is wanted", 0) end
    end
    local processors = own.event_processor or {}
    if type(processors) ~= "table" then error("event_processor: a function or a list of them is wanted", 0) end
    for _, f in ipairs(processors) do
        if type(f) ~= "function" then error("event_processor: functions are wanted", 0) end
    end
end

--- The options that the core knows, and those that stay here. Raises about what is wrong with the latter.
function options.split(given)
    local plain, own = {}, {}
    for key, value in pairs(given) do
        local to = own_names[key] and own or plain
        to[key] = value
    end
    if type(own.event_processor) == "function" then own.event_processor = { own.event_processor } end
    check(own)
    if plain.flush_at_exit == nil then plain.flush_at_exit = plain.transport ~= "pull" end
    if own.before_send or own.event_processor or own.error_sampler then plain.hooks = "pull" end
    return plain, own
end

--- A client's handle, or nil, what is wrong, and a status.
function options.open(plain)
    local handle = assert(core.options_new())
    local done, text, code = core.options_set_json(handle, json.encode(plain))
    local client
    if done then client, text, code = core.client_open(handle) end
    if not client then
        local problem = core.options_problem(handle)
        if problem and problem ~= "" then text = problem end
    end
    core.handle_close(handle)
    return client, text, code
end

return options
