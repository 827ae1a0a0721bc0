--- What `scope:restrict` takes, as the core wants it.
local core = require "tocsin_core"
local json = require "tocsin.json"

local restriction = {}

local RIGHTS = {
    read = core.RIGHT_READ,
    write = core.RIGHT_WRITE,
    user = core.RIGHT_USER,
    capture = core.RIGHT_CAPTURE,
    fork = core.RIGHT_FORK,
    merge = core.RIGHT_MERGE,
    close = core.RIGHT_CLOSE,
    client = core.RIGHT_CLIENT,
    isolation = core.RIGHT_ISOLATION,
}

-- The sum of the rights that a list names, or nil and the name that is none.
local function sum(names)
    local found, rights = {}, 0
    for _, name in ipairs(names) do
        local right = RIGHTS[name]
        if not right then return nil, "no such right: " .. tostring(name) end
        if not found[right] then rights = rights + right end
        found[right] = true
    end
    return rights
end

-- What is no right is a limit. Absent: there is none.
local function quota_of(given)
    local quota
    for key, value in pairs(given) do
        if type(key) ~= "number" then
            quota = quota or {}
            quota[key] = value
        end
    end
    return quota and json.encode(quota)
end

local function read(given)
    local rights, problem = sum(given)
    if not rights then return nil, problem end
    return rights, quota_of(given), math.floor(rights / core.RIGHT_CLOSE) % 2 == 1
end

--- Rights as a number, the quota as JSON or nil, and whether `close` is among the rights; or nil and what is wrong.
function restriction.read(given)
    if type(given) ~= "table" then return nil, "no table of rights" end
    local ok, rights, quota, closes = pcall(read, given)
    if not ok then return nil, rights end
    return rights, quota, closes
end

return restriction
