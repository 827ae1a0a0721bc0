-- Looks whether the goods are there, and warns when they run low.
local tocsin = require "tocsin"

local left = { teapot = 2, cup = 40 }

return function(order)
    tocsin.set_tag("warehouse", "leipzig")
    tocsin.add_breadcrumb { category = "stock", message = "teapot: 2 left" }
    if left.teapot < 5 then
        tocsin.capture_message("teapots are running out, order " .. order .. " takes two", "warning")
    end
end
