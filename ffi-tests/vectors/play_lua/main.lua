-- Plays vectors through the Lua binding's public API: one a line on standard input, one result a line on
-- standard output. README.md beside the driver says what they hold.
local core = require "tocsin_core"
local json = require "tocsin.json"
local client = require "tocsin.client"
local actions = dofile((arg[0]:gsub("main%.lua$", "actions.lua")))
local ops = dofile((arg[0]:gsub("main%.lua$", "ops.lua")))

local function options_of(play, wanted)
    local options = {}
    for key, value in pairs(wanted or {}) do options[key] = value end
    for _, hook in ipairs { "before_send", "before_breadcrumb" } do
        if options[hook] then options[hook] = actions.hook(play, options[hook]) end
    end
    options.transport, options.host_contexts, options.platform = "pull", false, "native"
    return options
end

local function start(vector)
    local play = {}
    for _, name in ipairs { "statuses", "captures", "stats", "reads", "calls", "envelopes" } do
        play[name] = json.list()
    end
    play.client = assert(client.open(options_of(play, vector.options)))
    -- the cases are about the origins that they set themselves
    core.scope_clear(play.client.origin)
    play.client.origin_json = nil
    local iso = assert(play.client:new_isolation())
    play.scopes = { global = play.client:global_scope(), iso = iso, cur = assert(iso:new_current()) }
    return play
end

local function hexadecimal(bytes)
    return (bytes:gsub(".", function(char) return ("%02x"):format(char:byte()) end))
end

local function take_envelopes(play)
    for bytes, done in function() return play.client:next_envelope() end do
        table.insert(play.envelopes, hexadecimal(bytes))
        done(200)
    end
end

-- What was reported lost goes along with a flush.
local function finish(play)
    take_envelopes(play)
    play.client:flush(0)
    take_envelopes(play)
    play.client:close(0)
end

for line in io.lines() do
    local vector = json.decode(line)
    local play = start(vector)
    for _, op in ipairs(vector.ops) do
        local act = assert(ops[op.op], op.op)
        local done, _, code = act(play, op)
        table.insert(play.statuses, done and 0 or code or 0)
    end
    finish(play)
    io.write(json.encode {
        statuses = play.statuses, captures = play.captures, stats = play.stats, reads = play.reads,
        calls = play.calls, envelopes = play.envelopes,
    }, "\n")
    io.flush()
end
