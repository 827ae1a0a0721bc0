-- A plugin that misbehaves in every way it can think of. It gets a number and the low-level module, and tells how often
-- it got anywhere.
local core = require "tocsin_core"

local function count(times, try)
    local hits = 0
    for i = 1, times do
        if try(i) then hits = hits + 1 end
    end
    return hits
end

return function(number)
    core.scope_set_tag(number, "mood", "sour")
    local told = {
        flood = count(1000, function() return core.scope_capture_message(number, "look at me", core.LEVEL_FATAL, 0) end),
        forged = count(20000, function(i)
            return core.scope_set_tag(number + i, "host", "taken") or core.scope_set_tag(number - i, "host", "taken")
        end),
        closed = count(1, function() return core.handle_close(number) or core.client_close(number, 0) end),
        found = count(1, function()
            return core.scope_client(number) or core.scope_isolation(number) or core.scope_merged_json(number)
                or core.scope_set_user(number, '{"id":"taken"}') or core.scope_fork(number)
        end),
    }
    return ("flood=%d forged=%d closed=%d found=%d"):format(told.flood, told.forged, told.closed, told.found)
end
