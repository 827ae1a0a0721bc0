--- Values as short texts, for people.
--
-- Nothing here raises or changes a value. Of the program's own functions only `__tostring` is called.
local loader = require "tocsin.loader"
local scrub = require "tocsin.scrub"

local show = {}

local TEXT_MAX, ENTRIES_MAX = 200, 10
local getinfo, getmeta = debug.getinfo, debug.getmetatable

-- No more than so many bytes, and no half character at the end.
local function cut(text, max)
    if #text <= max then return text end
    return text:sub(1, max):gsub("[\192-\255][\128-\191]*$", "") .. "..."
end

local function own_text(value)
    local meta = getmeta(value)
    if type(meta) ~= "table" or rawget(meta, "__tostring") == nil then return nil end
    local ok, text = pcall(tostring, value)
    return ok and type(text) == "string" and text or nil
end

local brief = {
    string = function(text) return '"' .. cut(text, TEXT_MAX) .. '"' end,
    ["function"] = function(f)
        local info = getinfo(f, "S")
        if info.what == "C" then return "function [C]" end
        return ("function %s:%d"):format(info.short_src, info.linedefined)
    end,
    thread = function(co) return ("coroutine (%s)"):format(coroutine.status(co)) end,
    table = function() return "{...}" end,
    userdata = function() return "userdata" end,
}

local function brief_text(value)
    return (brief[type(value)] or tostring)(value)
end

local function key_text(key)
    return type(key) == "string" and cut(key, 40) or "[" .. brief_text(key) .. "]"
end

-- Modules by what they are, as of the last time that one was loaded.
local names, seen

local function module_text(object)
    if seen ~= loader.count then
        names, seen = setmetatable({}, { __mode = "k" }), loader.count
        for name, module in next, package.loaded do
            if type(module) == "table" and type(name) == "string" then names[module] = name end
        end
    end
    return names[object] and "module " .. names[object]
end

-- One level of a table; what is in its order comes without keys.
local function entries(object, denylist)
    local out, count = {}, 0
    for key, value in next, object do
        count = count + 1
        if count > ENTRIES_MAX then
            out[#out + 1] = "..."
            break
        end
        local is_hidden = type(key) == "string" and scrub.hides(denylist, key)
        local text = is_hidden and scrub.FILTERED or brief_text(value)
        out[#out + 1] = key == count and text or key_text(key) .. " = " .. text
    end
    return "{" .. table.concat(out, ", ") .. "}"
end

--- The text of a value, of 200 bytes or little more. Fields of tables that `denylist` names are hidden.
function show.value(value, denylist)
    local text = own_text(value)
    if not text and type(value) == "table" then text = module_text(value) or entries(value, denylist) end
    return cut(text or brief_text(value), TEXT_MAX)
end

return show
