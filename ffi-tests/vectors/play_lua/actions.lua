-- Callbacks that are lists of actions, done in order on an event or a crumb.
local json = require "tocsin.json"

local actions = {}

local function table_in(subject, name)
    if type(subject[name]) ~= "table" or subject[name] == json.null then subject[name] = {} end
    return subject[name]
end

-- Each answers whether the subject is kept.
local rows = {
    trace = function(_, label, play) table.insert(play.calls, label) return true end,
    drop = function(_, is_meant) return not is_meant end,
    fail = function(_, is_meant) if is_meant then error("failed as told") end return true end,
    set_tag = function(event, pair) table_in(event, "tags")[pair[1]] = pair[2] return true end,
    remove_tag = function(event, key) table_in(event, "tags")[key] = nil return true end,
    set_extra = function(event, pair) table_in(event, "extra")[pair[1]] = pair[2] return true end,
    set_data = function(crumb, pair) table_in(crumb, "data")[pair[1]] = pair[2] return true end,
    drop_if_tag = function(event, pair) return table_in(event, "tags")[pair[1]] ~= pair[2] end,
    drop_if_category = function(crumb, category) return crumb.category ~= category end,
}
for _, name in ipairs { "level", "transaction", "fingerprint", "message" } do
    rows["set_" .. name] = function(subject, value) subject[name] = value return true end
end

function actions.hook(play, list)
    return function(subject)
        for _, action in ipairs(list) do
            local name, value = next(action)
            if not assert(rows[name], name)(subject, value, play) then return nil end
        end
        return subject
    end
end

return actions
