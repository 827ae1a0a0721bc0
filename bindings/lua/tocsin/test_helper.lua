--- For a program's own tests: what it reports stays in memory and can be looked at.
--
--     local helper = require "tocsin.test_helper"
--     helper.init()
--     work()
--     assert(helper.last_event().exception.values[1].value == "no room left")
-- @module tocsin.test_helper
local json = require "tocsin.json"
local tocsin = require "tocsin"

local helper = {}

local client, items = nil, {}

--- Opens a client like `tocsin.init`, which sends nothing, and forgets what was reported before.
-- @tparam[opt] table options
-- @return the client, or nil, what is wrong, and a status
function helper.init(options)
    local copy = {}
    for key, value in pairs(options or {}) do copy[key] = value end
    copy.dsn, copy.transport, copy.shutdown_timeout = nil, "pull", 0
    if copy.host_contexts == nil then copy.host_contexts = false end
    local opened, text, code = tocsin.init(copy)
    if not opened then return nil, text, code end
    client, items = opened, {}
    return opened
end

-- The items of an envelope: lines of a header each, and as many bytes as that says, or up to the line's end.
local function each_item(bytes)
    local at = (bytes:find("\n", 1, true) or #bytes) + 1
    return function()
        local stop = bytes:find("\n", at, true)
        if not stop then return nil end
        local header = json.decode(bytes:sub(at, stop - 1))
        local size = header.length or ((bytes:find("\n", stop + 1, true) or #bytes + 1) - stop - 1)
        local body = bytes:sub(stop + 1, stop + size)
        at = stop + size + 2
        return header, body
    end
end

local function take()
    if not client then return end
    client:pump()
    for bytes, done in function() return client:next_envelope() end do
        for header, body in each_item(bytes) do items[#items + 1] = { header = header, body = body } end
        done(200)
    end
end

--- All that was reported so far, of any kind: tables with `header`, a table, and `body`, a text.
-- @treturn {table,...}
function helper.items()
    take()
    return items
end

local function of_type(kind)
    local found = {}
    for _, item in ipairs(helper.items()) do
        if item.header.type == kind then found[#found + 1] = item end
    end
    return found
end

--- The events so far, the oldest first.
-- @treturn {table,...}
function helper.events()
    local events = {}
    for i, item in ipairs(of_type "event") do events[i] = json.decode(item.body) end
    return events
end

--- The latest event; nil: there is none.
-- @treturn ?table
function helper.last_event()
    local events = helper.events()
    return events[#events]
end

--- The attachments so far: tables with `filename`, `content_type` and `bytes`.
-- @treturn {table,...}
function helper.attachments()
    local found = {}
    for i, item in ipairs(of_type "attachment") do
        found[i] = { filename = item.header.filename, content_type = item.header.content_type, bytes = item.body }
    end
    return found
end

--- Forgets what was reported so far.
function helper.clear()
    take()
    items = {}
end

return helper
