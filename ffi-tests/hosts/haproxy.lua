-- Services of HAProxy, whose own module is the global `core`.
local lending = require "lending"
local vandal = require "vandal"

lending.init("haproxy", os.getenv("SENTRY_DSN"))

local function service(name, answer)
    core.register_service(name, "http", function(applet)
        local text = answer()
        applet:set_status(200)
        applet:add_header("content-length", #text)
        applet:start_response()
        applet:send(text)
    end)
end

service("plugin", function() return lending.run(vandal) end)
service("host", lending.report)
