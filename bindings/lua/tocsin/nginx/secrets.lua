--- Takes secrets out of what a request brings along, by the names they have: the option `scrub_denylist`.
local secrets = {}

local FILTERED = "[Filtered]"

local function is_secret(name, denied)
    name = name:lower()
    for _, part in ipairs(denied) do
        if name:find(part:lower(), 1, true) then return true end
    end
    return false
end

-- "%74oken" is a token too.
local function plain(name)
    return (name:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

--- A query, in which what follows a secret's name is filtered.
function secrets.query(text, denied)
    return (text:gsub("([^&;=]+)=([^&;]*)", function(name, value)
        if value ~= "" and is_secret(plain(name), denied) then return name .. "=" .. FILTERED end
    end))
end

--- A header's value. That of an address loses its query: whoever wrote the page linked from knew its names.
function secrets.header(name, value, denied)
    local low = name:lower()
    if low == "referer" or low == "referrer" then
        return (value:gsub("[?#].*$", ""))
    end
    -- the library leaves these out, or takes them along where it may
    if low == "cookie" or low == "authorization" or low == "proxy-authorization" then return value end
    return is_secret(name, denied) and FILTERED or value
end

return secrets
