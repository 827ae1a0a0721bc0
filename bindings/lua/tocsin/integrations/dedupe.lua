--- Leaves out an error that was reported already.
--
-- A table or userdata is the same error as long as it lives. A text is not: the same failure may come again, and
-- that is news. So a text counts as reported only if it now comes another way than it came before (logged, then
-- raised; caught, then uncaught), or is raised again from elsewhere, shortly after.
local exception = require "tocsin.exception"
local stack = require "tocsin.stack"

local dedupe = {}

local SECONDS, TELLING = 10, 20
local has_identity = { table = true, userdata = true, ["function"] = true, thread = true }

-- Whether one of two texts is, or surely quotes, the other.
local function is_about(text, other)
    if text == other then return true end
    if #text > #other then text, other = other, text end
    return (#text >= TELLING or text:find("^[^\n]-:%d+: .")) and other:find(text, 1, true) ~= nil
end

function dedupe.setup(client)
    local seen, last = setmetatable({}, { __mode = "k" }), nil

    -- Of what has an identity the text counts only beside a line of a log, which has none.
    local function is_seen_text(err, text, way, is_again)
        if not last or os.time() - last.time > SECONDS then return false end
        local is_beside_log = way == "logged" or last.ways.logged
        if has_identity[type(err)] and not is_beside_log then return false end
        if not (text == last.text or is_beside_log and is_about(text, last.text)) then return false end
        if last.ways[way] and not is_again then return false end
        last.ways[way] = true
        return true
    end

    -- `way` is "raised", "caught" or "logged".
    client.is_repeated = function(err, way, frames)
        if has_identity[type(err)] and seen[err] then return true end
        local text = stack.text_of(err)
        if has_identity[type(err)] then seen[err] = true end
        local is_again = way == "raised" and exception.is_raised_again(err, frames or {})
        if is_seen_text(err, text, way, is_again) then return true end
        last = { text = text, ways = { [way] = true }, time = os.time() }
        return false
    end
end

return dedupe
