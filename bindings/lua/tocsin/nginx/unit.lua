--- Scopes for what nginx is at: a request or a call of a timer. Each such unit of work has a scope of its own,
-- made from that of the process when it is first asked for, and kept in `ngx.ctx`.
--
-- nginx gives each phase a coroutine and puts later work into old ones, also into those whose function never
-- came to its end (ngx.exit, ngx.exec, a light thread that was killed). The scopes by coroutine therefore
-- belong to one phase of one unit and go with it.
local core = require "tocsin_core"
local current = require "tocsin.current"
local request = require "tocsin.nginx.request"
local scope = require "tocsin.scope"

local unit = {}

-- Of `ngx.ctx`, in which no name is ours alone.
local KEY = {}
local get_phase = ngx.get_phase

-- What nginx does here it does for the process.
local process_phases = { init = true, init_worker = true, exit_worker = true }

local process_scope = current.root
local process_entries = current.entries

-- Scopes by the id of their request: an internal redirect empties `ngx.ctx`, but nginx keeps the old table until
-- the request is done.
local by_request = setmetatable({}, { __mode = "v" })

-- nginx remembers a request's id only where its configuration mentions $request_id, else it makes up a new one
-- each time it is asked.
local is_remembered

local function request_id()
    if is_remembered == false then return nil end
    local id = ngx.var.request_id
    if is_remembered == nil then is_remembered = id == ngx.var.request_id end
    return is_remembered and id or nil
end

-- Where a scope cannot be had: setters on it fail, captures go to the root scope.
local function dead_scope(client)
    return scope.new(0, client, "current", scope.new(0, client, "isolation"))
end

local function new_scope(root)
    local own = root:fork_isolation() or dead_scope(root.client)
    own.inherited_id = own.iso:last_event_id()
    own.iso:new_trace()
    return own
end

-- Raises where there is no request.
local function has_method()
    return ngx.req.get_method()
end

local function request_scope(root)
    if not pcall(has_method) then return new_scope(root) end
    local id = request_id()
    local known = id and by_request[id]
    if known and known.client == root.client then return known end
    local own = new_scope(root)
    if id then by_request[id] = own end
    if root.client.is_active then pcall(request.describe, own) end
    return own
end

local function store()
    return ngx.ctx
end

-- The unit that is being worked on; nil: the process itself.
local function here()
    local phase = get_phase()
    if process_phases[phase] then return nil end
    local has_store, ctx = pcall(store)
    if not has_store then return nil end
    local found, root = rawget(ctx, KEY), process_scope()
    if not found or found.scope.client ~= root.client then
        found = { scope = request_scope(root), entries = {} }
        rawset(ctx, KEY, found)
    end
    return found, phase
end

--- The scope of the unit; nil: there is none, only the process.
function unit.scope()
    local found = here()
    return found and found.scope
end

function current.root()
    return unit.scope() or process_scope()
end

function current.entries()
    local found, phase = here()
    if not found then return process_entries() end
    local entries = found.entries[phase]
    if not entries then
        entries = setmetatable({}, { __mode = "k" })
        found.entries[phase] = entries
    end
    return entries
end

return unit
