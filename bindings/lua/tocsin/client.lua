--- Clients: options in, root scopes, the way out.
-- @classmod client
local core = require "tocsin_core"
local json = require "tocsin.json"
local chain = require "tocsin.chain"
local current = require "tocsin.current"
local modules = require "tocsin.integrations.modules"
local options = require "tocsin.options"
local scope = require "tocsin.scope"

local client = {}
local methods = {}
methods.__index = methods

local function runtime()
    local jit = rawget(_G, "jit")
    if jit then return { name = "LuaJIT", version = (jit.version:gsub("^LuaJIT ", "")) } end
    return { name = "Lua", version = _VERSION:match("[%d.]+") }
end

local function new(handle, is_owner)
    local self = setmetatable({
        h = handle,
        guard = core.guard(handle),
        is_owner = is_owner,
        is_active = true,
        processors = {},
        busy = setmetatable({}, { __mode = "k" }),
        about = {},
    }, methods)
    self.origin = assert(core.scope_new(handle))
    self.origin_guard = core.guard(self.origin)
    self:describe {}
    self.global = scope.new(assert(core.client_global_scope(handle)), self, "global")
    return self
end

local function with_roots(self)
    local root = assert(core.client_scope(self.h))
    local iso = scope.new(assert(core.scope_isolation(root)), self, "isolation")
    self.root = scope.new(root, self, "current", iso)
    return self
end

local function open(given)
    local plain, own = options.split(given)
    local handle, text, code = options.open(plain)
    if not handle then return nil, text, code end
    local self = with_roots(new(handle, true))
    self.before_send, self.before_breadcrumb = own.before_send, own.before_breadcrumb
    self.error_sampler = own.error_sampler
    self.processors = own.event_processor or {}
    self.is_watched = plain.hooks == "pull"
    self.is_pulling = plain.hooks == "pull"
    self.is_flushed_at_exit = plain.flush_at_exit
    self.is_loud = plain.debug == true
    self.is_active = json.decode(core.client_stats(handle)).active
    return self
end

--- A client from a table of options, or from a DSN alone; or nil, what is wrong, and a status.
function client.open(given)
    if type(given) == "string" then given = { dsn = given } end
    local ok, self, text, code = pcall(open, given or {})
    if not ok then return nil, self, core.E_ARG end
    return self, text, code
end

--- A client that takes data and sends nothing: what there is before `init`.
function client.stand_in()
    local self = with_roots(new(assert(core.client_open(0)), true))
    self:close(0)
    return self
end

-- In place of a client that may not be known: it knows no options, and is closed. What is captured on a scope
-- goes to the scope's own client all the same.
local function unknown()
    local handle, text, code = core.client_open(0)
    if handle then core.client_close(handle, 0) end
    return handle, text, code
end

--- The client of somebody else's scope.
function client.of(handle)
    local owner, text, code = core.scope_client(handle)
    if code == core.E_DENIED then owner, text, code = unknown() end
    if not owner then return nil, text, code end
    local self = new(owner, false)
    modules.watch(self)
    return self
end

--- What events say of where they come from; members of `about` are `modules` and `integrations`.
function methods:describe(about)
    for key, value in pairs(type(about) == "table" and about or {}) do self.about[key] = value end
    local names = self.about.integrations
    self.origin_json = json.encode {
        platform = "other",
        sdk = { name = "tocsin.lua", version = core.version(), integrations = names and json.list(names) },
        modules = self.about.modules,
        runtime = runtime(),
    }
    core.scope_set_origin(self.origin, self.origin_json)
end

--- The options in force, as they were at the first call: for what looks at them often.
function methods:settings()
    if not self.options_seen then self.options_seen = self:options() or {} end
    return self.options_seen
end

--- Where nothing may be raised and nobody asked: standard error, if the option `debug` is on.
function methods:complain(text)
    if self.is_loud then io.stderr:write("tocsin.lua: ", text, "\n") end
end

--- Runs the hooks over what other languages captured on this client; says over how many events. Each
-- capture and breadcrumb of Lua does it too.
function methods:pump()
    if not self.is_pulling or next(self.busy) then return 0 end
    local ok, count = pcall(chain.pump, self)
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
    -- in a hook nothing is worth waiting for: its own event is left
    if self.is_pulling and self.busy[current.key()] then seconds = 0 end
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

--- The current scope that everything starts from.
-- @treturn scope
function methods:scope()
    return self.root
end

--- The scope that all events of the client get something from.
-- @treturn scope
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
