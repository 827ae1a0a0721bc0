-- What the hosts in Lua do: lend a plugin a fork of their scope, run it, and report themselves.
local tocsin = require "tocsin"

local lending = {}

--- Opens the client; `host` is the tag that all its events carry.
function lending.init(host, dsn)
    assert(tocsin.init { dsn = dsn, default_integrations = false })
    tocsin.set_tag("host", host)
    tocsin.set_user { id = "operator" }
end

--- Runs a plugin with a restricted scope; what it says of itself, and whether its number is still good after it.
function lending.run(plugin)
    local fork = assert(tocsin.current_scope():fork())
    fork:set_tag("plugin", "vandal")
    local lent = assert(fork:restrict { "write", "capture", events = 2, window_ms = 3600000 })
    local told = plugin(lent:handle())
    assert(fork:revoke(lent))
    return told .. " after=" .. tostring(lent:set_tag("mood", "late") == true)
end

--- The host's own report.
function lending.report()
    assert(tocsin.capture_message("the host is well"))
    local stats = tocsin.client():stats()
    return ("denied=%d lost=%d"):format(stats.denied.rights + stats.denied.quota,
        (stats.categories.error.discarded or {}).backpressure or 0)
end

return lending
