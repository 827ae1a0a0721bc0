--- Keeps secrets out of what is gathered without being asked for.
--
-- What hides a value is the name it goes by: one that has a part from the option `scrub_denylist`.
local scrub = {}

scrub.FILTERED = "[Filtered]"

--- Whether the value of that name must not be shown. `denylist` is a list of lower-case parts; nil: none.
function scrub.hides(denylist, name)
    name = tostring(name):lower()
    for _, part in ipairs(denylist or {}) do
        if part ~= "" and name:find(part, 1, true) then return true end
    end
    return false
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
