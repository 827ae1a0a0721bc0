-- The player for Lua 5.1, LuaJIT and 5.4.
local core = require "tocsin_core"
local tocsin = require "tocsin"
local bare = require "bench_bare"

local PASSES, BATCH = 31, 1000
local clock = os.clock

-- From here on there is a second thread, as wherever a client sends.
local function begin_to_send()
    local client = assert(tocsin.init { dsn = "http://key@127.0.0.1:9/1", flush_at_exit = false })
    tocsin.capture_message("hello")
    client:close(0)
end

-- A loop for each case: LuaJIT compiles one for what it called first, and whatever is called later pays for that.
local function loop()
    return assert((loadstring or load)("local run, rounds = ... for _ = 1, rounds do run() end"))
end

-- `make(scope, client)` answers the operation; each pass has a client of its own.
local function play(name, passes, rounds, make)
    local least, repeated = math.huge, loop()
    for _ = 1, passes do
        local client = assert(tocsin.init { transport = "pull", flush_at_exit = false })
        local run = make(tocsin.current_scope(), client)
        collectgarbage()
        local start = clock()
        repeated(run, rounds)
        least = math.min(least, (clock() - start) / rounds * 1e9)
        client:close(0)
    end
    print(("%s %.2f"):format(name, least))
end

-- One function of the generated layer, in passes so short that the machine's other work misses some.
local function play_core(name, rounds, make)
    play("core_" .. name, PASSES, rounds, make)
end

-- The language's own interface, in passes so long that the collector has its turns.
local function play_api(name, rounds, make)
    play(name, 7, rounds, make)
end

begin_to_send()
play("boundary", PASSES, 10 * BATCH, function()
    local abi_version = core.abi_version
    return function() abi_version() end
end)
play("boundary_set_tag", PASSES, 10 * BATCH, function()
    local set_tag = bare.set_tag
    return function() set_tag(1, "region", "eu") end
end)
play("boundary_capture", PASSES, 4 * BATCH, function()
    local capture = bare.capture
    return function() capture(1, "hello", 3, 0) end
end)
play_core("set_tag", 10 * BATCH, function(scope)
    local handle, set_tag = scope:handle(), core.scope_set_tag
    return function() set_tag(handle, "region", "eu") end
end)
play_core("fork", 10 * BATCH, function(scope)
    local handle, fork, close = scope:handle(), core.scope_fork, core.handle_close
    return function() close(fork(handle)) end
end)
play_core("capture", 4 * BATCH, function(scope)
    local handle, capture, level = scope:handle(), core.scope_capture_message, core.LEVEL_INFO
    return function() capture(handle, "hello", level, 0) end
end)
play_core("look_up", 10 * BATCH, function(scope)
    local handle, look_up = scope:handle(), core.handle_kind
    return function() look_up(handle) end
end)
play_core("merge", 10 * BATCH, function(scope)
    local handle, other, merge = scope:handle(), scope:fork(), core.scope_merge
    assert(merge(handle, other:handle()))
    local from = other:handle()
    return function() merge(handle, from) end
end)
play_core("set_context", 10 * BATCH, function(scope)
    local handle, set_context = scope:handle(), core.scope_set_context
    return function() set_context(handle, "order", '{"id":"A-1042","items":7}') end
end)
play_api("set_tag", 50 * BATCH, function(scope)
    return function() scope:set_tag("region", "eu") end
end)
play_api("fork", 50 * BATCH, function(scope)
    return function() scope:fork() end
end)
play_api("with_scope", 50 * BATCH, function()
    local nothing = function() end
    return function() tocsin.with_scope(nothing) end
end)
play_api("capture", 4 * BATCH, function()
    return function() tocsin.capture_message("hello") end
end)
play_api("first_write", 50 * BATCH, function(scope)
    return function() scope:fork():set_tag("region", "eu") end
end)
play_api("add_breadcrumb", 10 * BATCH, function(scope)
    return function() scope:add_breadcrumb { message = "GET /orders", category = "http" } end
end)
play_api("merge", 50 * BATCH, function(scope)
    local other = scope:fork()
    return function() scope:merge(other) end
end)
play_api("set_tags", 10 * BATCH, function(scope)
    return function() scope:set_tags { region = "eu", plan = "pro", shard = "7" } end
end)
play_api("set_user", 10 * BATCH, function(scope)
    return function() scope:set_user { id = "7", username = "ada" } end
end)
play_api("set_context", 10 * BATCH, function(scope)
    return function() scope:set_context("order", { id = "A-1042", items = 7 }) end
end)
play_api("to_bytes", 4 * BATCH, function(_, client)
    return function()
        tocsin.capture_message("hello")
        local _, done = client:next_envelope(0)
        done(200)
    end
end)
