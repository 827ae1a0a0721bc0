--- Tables to JSON and back; what crosses the boundary is text.
--
-- A table whose keys are 1..n is a list, any other an object; an empty one is an object unless it came from
-- `json.list` or was a list when decoded. `json.null` stands for null. NaN and the infinities, which JSON
-- lacks, and values of types it lacks become text. Ill-formed UTF-8 goes through: the core repairs it.
local json = {}

local null_meta = { __tostring = function() return "null" end }
json.null = setmetatable({}, null_meta)

local list_meta = {}

--- Marks a table as a list, for one that may be empty.
function json.list(table)
    return setmetatable(type(table) == "table" and table or {}, list_meta)
end

local DEPTH_MAX = 128
local floor, huge = math.floor, math.huge
local is_integer = math.type and function(n) return math.type(n) == "integer" end
    or function(n) return n == floor(n) and n >= -2 ^ 53 and n <= 2 ^ 53 end

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape(char)
    return escapes[char] or ("\\u%04x"):format(char:byte())
end

local function encode_text(text)
    if not text:find('[%c"\\]') then return '"' .. text .. '"' end
    -- %z is the NUL of 5.1's patterns, which end at a real one
    return '"' .. text:gsub('[%c"\\]', escape):gsub("%z", "\\u0000") .. '"'
end

local function encode_number(number)
    if number ~= number or number == huge or number == -huge then
        return encode_text(tostring(number))
    end
    if is_integer(number) then return ("%d"):format(number) end
    local text = ("%.14g"):format(number)
    if tonumber(text) ~= number then text = ("%.17g"):format(number) end
    return (text:gsub(",", "."))
end

local function is_list(table)
    if getmetatable(table) == list_meta then return true end
    local count = #table
    if count == 0 then return false end
    local found = 0
    for key in pairs(table) do
        if type(key) ~= "number" or key < 1 or key > count or key % 1 ~= 0 then return false end
        found = found + 1
    end
    return found == count
end

--- Whether a table is written as a list.
json.is_list = is_list

local encode_value

-- The keys of an object; sorted by their text if `out` wants it so.
local function keys_of(object, out)
    if not out.is_sorted then return nil end
    local keys = {}
    for key in pairs(object) do keys[#keys + 1] = key end
    table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
    return keys
end

local function encode_member(out, separator, key, value, depth)
    out[#out + 1] = separator
    out[#out + 1] = encode_text(tostring(key))
    out[#out + 1] = ":"
    encode_value(value, out, depth)
    return ","
end

local function encode_list(list, out, depth)
    out[#out + 1] = "["
    for i = 1, #list do
        if i > 1 then out[#out + 1] = "," end
        encode_value(list[i], out, depth)
    end
    out[#out + 1] = "]"
end

local function encode_object(object, out, depth)
    local separator, keys = "{", keys_of(object, out)
    for _, key in ipairs(keys or {}) do
        separator = encode_member(out, separator, key, object[key], depth)
    end
    if not keys then
        for key, value in pairs(object) do separator = encode_member(out, separator, key, value, depth) end
    end
    out[#out + 1] = separator == "{" and "{}" or "}"
end

function encode_value(value, out, depth)
    local kind = type(value)
    if kind == "string" then
        out[#out + 1] = encode_text(value)
    elseif kind == "number" then
        out[#out + 1] = encode_number(value)
    elseif kind == "boolean" or value == nil then
        out[#out + 1] = value == nil and "null" or tostring(value)
    elseif value == json.null then
        out[#out + 1] = "null"
    elseif kind == "table" then
        if depth == DEPTH_MAX then error("a table that is nested too deep, or in itself", 0) end
        local encode = is_list(value) and encode_list or encode_object
        encode(value, out, depth + 1)
    else
        out[#out + 1] = encode_text(tostring(value))
    end
end

--- The JSON text of a value, the members of its objects in order if `is_sorted`. Raises if it is nested over 128
-- levels.
function json.encode(value, is_sorted)
    local out = { is_sorted = is_sorted }
    encode_value(value, out, 0)
    return table.concat(out)
end

local unescapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function utf8_of(code)
    if code < 0x80 then return string.char(code) end
    if code < 0x800 then
        return string.char(0xC0 + floor(code / 0x40), 0x80 + code % 0x40)
    end
    if code < 0x10000 then
        return string.char(0xE0 + floor(code / 0x1000), 0x80 + floor(code / 0x40) % 0x40,
                           0x80 + code % 0x40)
    end
    return string.char(0xF0 + floor(code / 0x40000), 0x80 + floor(code / 0x1000) % 0x40,
                       0x80 + floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
end

local function unescape(char, hex)
    if char == "u" and #hex == 4 then return utf8_of(tonumber(hex, 16)) end
    return (unescapes[char] or char) .. hex
end

-- Two halves of a pair, each in three bytes by now.
local HALVES = "\237([\160-\175])([\128-\191])\237([\176-\191])([\128-\191])"

local function join(a, b, c, d)
    local high = (a:byte() - 0xA0) * 0x40 + b:byte() - 0x80
    local low = (c:byte() - 0xB0) * 0x40 + d:byte() - 0x80
    return utf8_of(0x10000 + high * 0x400 + low)
end

local function fail(at)
    error("not JSON at byte " .. at, 0)
end

local function decode_text(text, at)
    local start, stop = at + 1, at
    repeat
        stop = text:find('["\\]', stop + 1)
        if not stop then fail(at) end
        local is_escape = text:byte(stop) == 92
        if is_escape then stop = stop + 1 end
    until not is_escape
    local raw = text:sub(start, stop - 1)
    if not raw:find("\\", 1, true) then return raw, stop + 1 end
    raw = raw:gsub("\\(.)(%x?%x?%x?%x?)", unescape):gsub(HALVES, join)
    return raw, stop + 1
end

local decode_value

local function skip(text, at)
    return text:find("[^ \t\r\n]", at) or #text + 1
end

local function decode_list(text, at)
    local list, count = json.list(), 0
    at = skip(text, at + 1)
    if text:byte(at) == 93 then return list, at + 1 end
    while true do
        count = count + 1
        list[count], at = decode_value(text, at)
        at = skip(text, at)
        local char = text:byte(at)
        if char == 93 then return list, at + 1 end
        if char ~= 44 then fail(at) end
        at = at + 1
    end
end

local function decode_object(text, at)
    local object, key = {}, nil
    at = skip(text, at + 1)
    if text:byte(at) == 125 then return object, at + 1 end
    while true do
        at = skip(text, at)
        if text:byte(at) ~= 34 then fail(at) end
        key, at = decode_text(text, at)
        at = skip(text, at)
        if text:byte(at) ~= 58 then fail(at) end
        object[key], at = decode_value(text, at + 1)
        at = skip(text, at)
        local char = text:byte(at)
        if char == 125 then return object, at + 1 end
        if char ~= 44 then fail(at) end
        at = at + 1
    end
end

local words = { ["true"] = true, ["false"] = false, ["null"] = json.null }

function decode_value(text, at)
    at = skip(text, at)
    local char = text:byte(at)
    if char == 34 then return decode_text(text, at) end
    if char == 123 then return decode_object(text, at) end
    if char == 91 then return decode_list(text, at) end
    local word = text:match("^[%w.+-]+", at)
    local value = word and words[word]
    if value == nil and word then value = tonumber(word) end
    if value == nil then fail(at) end
    return value, at + #word
end

--- The value of a JSON text. Raises if it is none.
function json.decode(text)
    local value, at = decode_value(text, 1)
    if skip(text, at) <= #text then fail(at) end
    return value
end

return json
