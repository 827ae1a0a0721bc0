--- Clients: options in, root scopes, the way out.
local core = require "tocsin_core"
local json = require "tocsin.json"
local capture = require "tocsin.capture"
local scope = require "tocsin.scope"

local client = {}
local methods = {}
methods.__index = methods

local function origin_json()
    local lua = rawget(_G, "jit")
    local runtime = lua and { name = "LuaJIT", version = lua.version:gsub("^LuaJIT ", "") }
        or { name = "Lua", version = _VERSION:match("[%d.]+") }
    return json.encode {
        platform = "other",
        sdk = { name = "tocsin.lua", version = core.version() },
        runtime = { name = runtime.name, version = runtime.version },
    }
end

local function new(handle, is_owner)
    local self = setmetatable({
        h = handle,
        guard = core.guard(handle),
        is_owner = is_owner,
        is_active = true,
        processors = {},
        busy = setmetatable({}, { __mode = "k" }),
        origin_json = origin_json(),
    }, methods)
    self.origin = assert(core.scope_new(handle))
    self.origin_guard = core.guard(self.origin)
    core.scope_set_origin(self.origin, self.origin_json)
    self.global = scope.new(assert(core.client_global_scope(handle)), self, "global")
    return self
end

local function with_roots(self)
    local root = assert(core.client_scope(self.h))
    local iso = scope.new(assert(core.scope_isolation(root)), self, "isolation")
    self.root = scope.new(root, self, "current", iso)
    return self
end

local hook_names = { before_send = true, before_breadcrumb = true, event_processor = true }

local function check_hooks(hooks)
    for _, name in ipairs { "before_send", "before_breadcrumb" } do
        local f = hooks[name]
        if f ~= nil and type(f) ~= "function" then error(name .. ": a function is wanted", 0) end
    end
    for _, f in ipairs(hooks.event_processor or {}) do
        if type(f) ~= "function" then error("event_processor: functions are wanted", 0) end
    end
end

-- The options that the core knows, and the functions that stay here.
local function split(options)
    local plain, hooks = {}, {}
    for key, value in pairs(options) do
        local to = hook_names[key] and hooks or plain
        to[key] = value
    end
    if type(hooks.event_processor) == "function" then hooks.event_processor = { hooks.event_processor } end
    check_hooks(hooks)
    if plain.flush_at_exit == nil then plain.flush_at_exit = plain.transport ~= "pull" end
    if hooks.before_send or hooks.event_processor then plain.hooks = "pull" end
    return plain, hooks
end

local function open_handle(plain)
    local options = assert(core.options_new())
    local done, text, code = core.options_set_json(options, json.encode(plain))
    local handle
    if done then handle, text, code = core.client_open(options) end
    if not handle then
        local problem = core.options_problem(options)
        if problem and problem ~= "" then text = problem end
    end
    core.handle_close(options)
    return handle, text, code
end

local function open(options)
    local plain, hooks = split(options)
    local handle, text, code = open_handle(plain)
    if not handle then return nil, text, code end
    local self = with_roots(new(handle, true))
    self.before_send = hooks.before_send
    self.before_breadcrumb = hooks.before_breadcrumb
    self.processors = hooks.event_processor or {}
    self.is_watched = self.before_send ~= nil or self.processors[1] ~= nil
    self.is_pulling = plain.hooks == "pull"
    self.is_flushed_at_exit = plain.flush_at_exit
    self.is_loud = plain.debug == true
    self.is_active = json.decode(core.client_stats(handle)).active
    return self
end

--- A client from a table of options, or from a DSN alone; or nil, what is wrong, and a status.
function client.open(options)
    if type(options) == "string" then options = { dsn = options } end
    local ok, self, text, code = pcall(open, options or {})
    if not ok then return nil, self, core.E_ARG end
    return self, text, code
end

--- A client that takes data and sends nothing: what there is before `init`.
function client.stand_in()
    local self = with_roots(new(assert(core.client_open(0)), true))
    self:close(0)
    return self
end

--- The client of somebody else's scope.
function client.of(handle)
    local owner, text, code = core.scope_client(handle)
    if not owner then return nil, text, code end
    return new(owner, false)
end

--- Where nothing may be raised and nobody asked: standard error, if the option `debug` is on.
function methods:complain(text)
    if self.is_loud then io.stderr:write("tocsin.lua: ", text, "\n") end
end

--- Runs the hooks over what other languages captured on this client; says over how many events. Each
-- capture and breadcrumb of Lua does it too.
function methods:pump()
    if not self.is_pulling or next(self.busy) then return 0 end
    local ok, count = pcall(capture.pump, self)
    return ok and count or 0
end

local function milliseconds(seconds)
    if type(seconds) ~= "number" or seconds < 0 or seconds ~= seconds then return -1 end
    return math.floor(math.min(seconds, 1e9) * 1000)
end

local function all_sent(outcome, text, code)
    if not outcome then return nil, text, code end
    return outcome == core.OK or outcome == core.DISABLED
end

--- Waits until everything has been sent, for so many seconds (nil: the option `shutdown_timeout`). Whether
-- it was.
function methods:flush(seconds)
    self:pump()
    return all_sent(core.client_flush(self.h, milliseconds(seconds)))
end

--- Sends what is left, for so many seconds, and ends the client.
function methods:close(seconds)
    self:pump()
    self.is_active = false
    self.is_pulling = false
    return all_sent(core.client_close(self.h, milliseconds(seconds)))
end

local function table_of(text, problem, code)
    if not text then return nil, problem, code end
    return json.decode(text)
end

--- What became of every event.
function methods:stats()
    return table_of(core.client_stats(self.h))
end

--- The options in force.
function methods:options()
    return table_of(core.client_options(self.h))
end

function methods:scope()
    return self.root
end

function methods:global_scope()
    return self.global
end

--- A new, empty scope that belongs to no isolation scope: for merging, and to be laid over a capture.
function methods:new_scope()
    local handle, text, code = core.scope_new(self.h)
    if not handle then return nil, text, code end
    return scope.new(handle, self, "detached")
end

--- A new, empty isolation scope with a trace of its own.
function methods:new_isolation()
    local handle, text, code = core.scope_new_isolation(self.h)
    if not handle then return nil, text, code end
    return scope.new(handle, self, "isolation")
end

--- With the option `transport` = `pull`: the bytes of the next envelope and a function that takes what the
-- server answered, its HTTP status and perhaps its headers as text. nil: there is none.
function methods:next_envelope(seconds)
    local handle, text, code = core.client_next_envelope(self.h, milliseconds(seconds or 0))
    if not handle or handle == 0 then return nil, text, code end
    return core.envelope_text(handle), function(status, headers)
        return core.envelope_done(handle, status, headers)
    end
end

return client
