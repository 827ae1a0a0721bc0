--- Takes secrets out of what a request brings along, by the names they have.
local scrub = require "tocsin.scrub"

local secrets = {}

-- What of a header is shown, by its lower-case name: all that is the library's to leave out, ...
local whole = { cookie = true, authorization = true, ["proxy-authorization"] = true }
-- ... and no query of an address that others wrote.
local addresses = { referer = true, referrer = true }

-- "%74oken" is a token too.
local function plain(name)
    return (name:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

--- A query, in which what follows a secret's name is filtered.
function secrets.query(denylist, text)
    return (text:gsub("([^&;=]+)=([^&;]*)", function(name, value)
        if value ~= "" and scrub.hides(denylist, plain(name)) then return name .. "=" .. scrub.FILTERED end
    end))
end

-- Verdicts by name, for the names that a program sees are few; not more, for a client may make them up.
local NAMES_MAX = 500
local verdicts, count, judge = {}, 0, nil

local function is_hidden(denylist, name)
    if judge ~= denylist or count > NAMES_MAX then verdicts, count, judge = {}, 0, denylist end
    local verdict = verdicts[name]
    if verdict == nil then
        verdict = not whole[name] and scrub.hides(denylist, name)
        verdicts[name], count = verdict, count + 1
    end
    return verdict
end

--- A header's value.
function secrets.header(denylist, name, value)
    name = name:lower()
    if addresses[name] then return (value:gsub("[?#].*$", "")) end
    return is_hidden(denylist, name) and scrub.FILTERED or value
end

return secrets
