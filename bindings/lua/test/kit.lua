-- Cases by name, checks, and a client whose envelopes are read back.
local json = require "tocsin.json"
local tocsin = require "tocsin"

local kit = { passed = 0, failed = 0, skipped = 0 }

--- Runs `body`; it fails by raising.
function kit.case(name, body)
    local ok, problem = xpcall(body, debug.traceback)
    if ok then
        kit.passed = kit.passed + 1
    else
        kit.failed = kit.failed + 1
        print(("%s: not so: %s\n%s"):format(_VERSION, name, problem))
    end
end

--- Says that some cases have to be left out.
function kit.skip(reason)
    kit.skipped = kit.skipped + 1
    print("skipped: " .. reason)
end

local function show(value)
    return type(value) == "string" and ("%q"):format(value) or tostring(value)
end

function kit.equal(got, wanted, what)
    if got ~= wanted then
        error(("%s is %s, not %s"):format(what or "it", show(got), show(wanted)), 2)
    end
end

--- A new default client that sends nowhere.
function kit.init(options)
    options = options or {}
    options.transport, options.host_contexts = "pull", false
    options.hook_timeout = options.hook_timeout or 600000 -- a busy machine may take its time to pump
    return assert(tocsin.init(options))
end

--- The next event of a client, as a table; nil: none.
function kit.next_event(client)
    local bytes, done = client:next_envelope()
    if not bytes then return nil end
    done(200)
    local header, body = bytes:match("^[^\n]*\n([^\n]*)\n([^\n]*)")
    if not header:find('"type":"event"', 1, true) then return kit.next_event(client) end
    return json.decode(body)
end

--- The breadcrumbs that a client's events have by now.
function kit.crumbs_of(client)
    tocsin.capture_message("to see the crumbs")
    local crumbs = kit.next_event(client).breadcrumbs
    return crumbs and crumbs.values or {}
end

function kit.collect()
    -- code that LuaJIT compiled keeps what it was compiled with
    local jit = rawget(_G, "jit")
    if jit then jit.flush() end
    for _ = 1, 4 do collectgarbage() end
end

return kit
