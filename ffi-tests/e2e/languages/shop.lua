-- Reports one error, with frames of the program's own and one of the language's, and prints the event's id.
local tocsin = require "tocsin"

local function charge(amount)
    local limit = 100
    if amount > limit then
        error({ type = "CardRefused", message = "limit is " .. limit }) -- raised here
    end
end

local function serve(order)
    for _, amount in ipairs(order) do
        order.text:gsub(".+", function() charge(amount) end)
    end
end

assert(tocsin.init {})
tocsin.with_isolation_scope(function()
    tocsin.set_tag("language", "lua")
    tocsin.set_user { id = "7" }
    tocsin.add_breadcrumb { category = "cart", message = "checked out" }
    tocsin.wrap(function()
        serve({ 20, 200, text = "order" })
    end)
    print(tocsin.last_event_id())
end)
assert(tocsin.flush(60))
