-- The player for Lua 5.1, LuaJIT and 5.4.
local core = require "tocsin_core"
local tocsin = require "tocsin"

local PASSES, BATCH = 7, 1000
local clock = os.clock

-- `make(scope)` answers the operation; each pass has a client of its own.
local function play(name, rounds, make)
    local least = math.huge
    for _ = 1, PASSES do
        local client = assert(tocsin.init { transport = "pull", flush_at_exit = false })
        local run = make(tocsin.current_scope())
        collectgarbage()
        local start = clock()
        for _ = 1, rounds do run() end
        least = math.min(least, (clock() - start) / rounds * 1e9)
        client:close(0)
    end
    print(("%s %.2f"):format(name, least))
end

play("boundary", 100 * BATCH, function()
    local abi_version = core.abi_version
    return function() abi_version() end
end)
play("core_set_tag", 100 * BATCH, function(scope)
    local handle, set_tag = scope:handle(), core.scope_set_tag
    return function() set_tag(handle, "region", "eu") end
end)
play("core_fork", 100 * BATCH, function(scope)
    local handle, fork, close = scope:handle(), core.scope_fork, core.handle_close
    return function() close(fork(handle)) end
end)
play("core_capture", BATCH, function(scope)
    local handle, capture, level = scope:handle(), core.scope_capture_message, core.LEVEL_INFO
    return function() capture(handle, "hello", level, 0) end
end)
play("set_tag", 50 * BATCH, function(scope)
    return function() scope:set_tag("region", "eu") end
end)
play("fork", 50 * BATCH, function(scope)
    return function() scope:fork() end
end)
play("with_scope", 50 * BATCH, function()
    local nothing = function() end
    return function() tocsin.with_scope(nothing) end
end)
play("capture", BATCH, function()
    return function() tocsin.capture_message("hello") end
end)
