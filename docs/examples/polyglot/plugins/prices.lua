-- Adds up an order, and fails.
local tocsin = require "tocsin"

local prices = { cup = 4.5 }

local function add_up(goods)
    local sum = 0
    for _, name in ipairs(goods) do
        sum = sum + prices[name]
    end
    return sum
end

return function()
    tocsin.set_tag("currency", "EUR")
    tocsin.add_breadcrumb { category = "prices", message = "list of 2026 loaded" }
    return add_up { "cup", "teapot" }
end
