--- What users write as tables, in the form the core takes.
local core = require "tocsin_core"
local json = require "tocsin.json"

local fields = {}

local levels = {
    trace = core.LEVEL_TRACE, debug = core.LEVEL_DEBUG, info = core.LEVEL_INFO,
    warning = core.LEVEL_WARNING, error = core.LEVEL_ERROR, fatal = core.LEVEL_FATAL,
}

--- The number of a level's name; nil unsets, and what is no level gets a number that is none.
function fields.level(level)
    if level == nil or level == json.null then return core.LEVEL_UNSET end
    if type(level) == "number" then return level end
    return levels[level] or core.LEVEL_FATAL + 1
end

-- Whether a value has a text of its own, not just its kind and address.
local function has_text(value)
    local kind = type(value)
    if kind == "string" or kind == "number" or kind == "boolean" then return true end
    local meta = debug.getmetatable(value)
    return type(meta) == "table" and rawget(meta, "__tostring") ~= nil
end

--- A tag's value as text; nil unsets. What has no text comes back as it is, for the core to refuse.
function fields.text(value)
    if value == nil or value == json.null then return nil end
    return has_text(value) and tostring(value) or value
end

--- JSON of a value; nil, for which there is none, unsets. The same each time, also where the order counts.
function fields.json(value)
    if value == nil then return nil end
    return json.encode(value, true)
end

function fields.copy(object)
    local copy = {}
    for key, value in pairs(object) do copy[key] = value end
    return copy
end

--- JSON of a list, also of an empty one.
function fields.list(list)
    if type(list) ~= "table" or list == json.null then return fields.json(list) end
    return json.encode(json.list(fields.copy(list)))
end

function fields.tags(tags)
    local texts = {}
    if type(tags) ~= "table" or json.is_list(tags) then return json.encode(tags) end
    for key, value in pairs(tags) do
        texts[tostring(key)] = value == json.null and value or has_text(value) and tostring(value) or json.list()
    end
    return json.encode(texts, true)
end

--- Whether a capture's options hold data of its own.
function fields.any(options)
    return options.tags or options.extra or options.contexts or options.user or options.fingerprint
        or options.attachments
end

function fields.attach(handle, attachment)
    local about = fields.copy(attachment)
    local bytes = about.bytes or about.data
    about.bytes, about.data = nil, nil
    return core.scope_add_attachment(handle, bytes, json.encode(about))
end

--- Puts a capture's options on the scope that is laid over it.
function fields.set(handle, options)
    if options.tags then core.scope_set_tags(handle, fields.tags(options.tags)) end
    for key, value in pairs(options.extra or {}) do
        core.scope_set_extra(handle, tostring(key), json.encode(value))
    end
    for key, value in pairs(options.contexts or {}) do
        core.scope_set_context(handle, tostring(key), json.encode(value))
    end
    if options.user then core.scope_set_user(handle, json.encode(options.user)) end
    if options.fingerprint then
        core.scope_set_fingerprint(handle, fields.list(options.fingerprint))
    end
    for _, attachment in ipairs(options.attachments or {}) do fields.attach(handle, attachment) end
end

return fields
