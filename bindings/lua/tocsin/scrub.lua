--- Keeps secrets out of what is gathered without being asked for.
--
-- What hides a value is the name it goes by: one that has a part from the option `scrub_denylist`.
local scrub = {}

scrub.FILTERED = "[Filtered]"

local function has_part(denylist, name)
    name = name:lower()
    for _, part in ipairs(denylist) do
        if part ~= "" and name:find(part, 1, true) then return true end
    end
    return false
end

-- What was found out about names, by list; programs have few names, and what is not one is not kept.
local NAMES_MAX, NAME_MAX = 2000, 40
local found, count = setmetatable({}, { __mode = "k" }), 0

--- Whether the value of that name must not be shown. `denylist` is a list of lower-case parts; nil: none.
function scrub.hides(denylist, name)
    if not denylist then return false end
    name = tostring(name)
    local known = found[denylist]
    if not known or count >= NAMES_MAX then
        known, count = {}, 0
        found[denylist] = known
    end
    local is_hidden = known[name]
    if is_hidden == nil then
        is_hidden = has_part(denylist, name)
        if #name <= NAME_MAX then known[name], count = is_hidden, count + 1 end
    end
    return is_hidden
end

-- "a=1&token=x" with the values that must not be shown replaced.
local function query(denylist, text)
    return (text:gsub("([^&;=]+)=([^&;]*)", function(name, value)
        if value ~= "" and scrub.hides(denylist, name) then return name .. "=" .. scrub.FILTERED end
    end))
end

local function without_user(text)
    return (text:gsub("(%a[%w+.-]*://)[^/?#@%s]*@", "%1"))
end

--- The parts of an address that may be shown: the address without user, query and fragment; the query;
-- the fragment. The latter two are nil if there is none.
function scrub.url(denylist, url)
    local rest, fragment = url:match("^([^#]*)#(.*)$")
    rest = rest or url
    local address, asked = rest:match("^([^?]*)%?(.*)$")
    return without_user(address or rest), asked and query(denylist, asked), fragment
end

--- The arguments of a program: `--password=x`, `--password x`, `password=x` and users in addresses are hidden.
function scrub.arguments(denylist, list)
    local shown, hides_next = {}, false
    for i, argument in ipairs(list) do
        local text = tostring(argument)
        local name, value = text:match("^([^=%s]+)=(.*)$")
        if hides_next and text:sub(1, 1) ~= "-" then
            shown[i] = scrub.FILTERED
        elseif name and value ~= "" and scrub.hides(denylist, name:match("^[^?]*")) then
            shown[i] = name .. "=" .. scrub.FILTERED
        else
            shown[i] = query(denylist, without_user(text))
        end
        hides_next = not name and text:sub(1, 1) == "-" and scrub.hides(denylist, text)
    end
    return shown
end

return scrub
