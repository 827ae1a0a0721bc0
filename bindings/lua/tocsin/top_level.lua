--- The functions of `tocsin` that are a method of the scope of the running coroutine.
-- @module tocsin
local current = require "tocsin.current"

local top_level = {}

local function on_isolation(name)
    return function(...)
        local here = current.scope()
        local iso = here.iso or here
        return iso[name](iso, ...)
    end
end

local function on_current(name)
    return function(...)
        local here = current.scope()
        return here[name](here, ...)
    end
end

--- Sets a tag, a short text to search by. Numbers and booleans become text; nil unsets.
-- @function set_tag
-- @string key
-- @param value
top_level.set_tag = on_isolation "set_tag"

--- Sets several tags.
-- @function set_tags
-- @tparam table tags
top_level.set_tags = on_isolation "set_tags"

--- Sets the user; nil unsets.
-- @function set_user
-- @tparam table user
top_level.set_user = on_isolation "set_user"

--- Sets a named value of any kind.
-- @function set_extra
-- @string key
-- @param value
top_level.set_extra = on_isolation "set_extra"

--- Sets several named values.
-- @function set_extras
-- @tparam table extras
top_level.set_extras = on_isolation "set_extras"

--- Sets a named group of values.
-- @function set_context
-- @string key
-- @tparam table context
top_level.set_context = on_isolation "set_context"

--- Sets several named groups of values.
-- @function set_contexts
-- @tparam table contexts
top_level.set_contexts = on_isolation "set_contexts"

--- Sets the level of all events.
-- @function set_level
-- @string level
top_level.set_level = on_isolation "set_level"

--- Adds a breadcrumb, something that happened before an event.
-- @function add_breadcrumb
-- @param crumb a table, or a text
-- @tparam[opt] table hint
top_level.add_breadcrumb = on_isolation "add_breadcrumb"

--- Adds a file, or bytes to be sent as one.
-- @function add_attachment
-- @tparam table attachment
top_level.add_attachment = on_isolation "add_attachment"

--- Notes what a feature flag came out as.
-- @function add_feature_flag
-- @string flag
-- @param result
top_level.add_feature_flag = on_isolation "add_feature_flag"

--- The id of the last event that was sent.
-- @function last_event_id
-- @treturn ?string
top_level.last_event_id = on_isolation "last_event_id"

--- Moves on in the trace that came with a request.
-- @function continue_trace
-- @tparam table headers
top_level.continue_trace = on_isolation "continue_trace"

--- What whoever is to go on in this trace must be told: values by header name.
-- @function trace_headers
-- @treturn table
top_level.trace_headers = on_isolation "trace_headers"

--- The value of the header `sentry-trace`.
-- @function get_traceparent
-- @treturn ?string
top_level.get_traceparent = on_isolation "get_traceparent"

--- The value of the header `baggage`.
-- @function get_baggage
-- @treturn ?string
top_level.get_baggage = on_isolation "get_baggage"

--- Names what is being done.
-- @function set_transaction_name
-- @string name
-- @string[opt] source
top_level.set_transaction_name = on_current "set_transaction_name"

--- Sends a text as an event.
-- @function capture_message
-- @param text a text; or a table of the options and `message`
-- @param[opt] options a level, or a table
-- @return the event's id, or nil, a text and a status
top_level.capture_message = on_current "capture_message"

--- Sends an event as the protocol has it.
-- @function capture_event
-- @tparam table event
-- @tparam[opt] table options
-- @return the event's id, or nil, a text and a status
top_level.capture_event = on_current "capture_event"

--- Sends an error as an event.
-- @function capture_exception
-- @param[opt] err
-- @tparam[opt] table options
-- @return the event's id, or nil, a text and a status
top_level.capture_exception = on_current "capture_exception"

-- Puts them where users look for them.
local names = {}
for name in pairs(top_level) do names[#names + 1] = name end

function top_level.add_to(tocsin)
    for _, name in ipairs(names) do tocsin[name] = top_level[name] end
end

return top_level
