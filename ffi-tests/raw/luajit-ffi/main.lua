-- Plays calls through LuaJIT's ffi. usage: luajit main.lua LIBRARY
local ffi = require "ffi"

local library = ffi.load(arg[1])
local DROP, EVENT_ID_SIZE = 1, 33
local types = { i = "int32_t", l = "int64_t" }
local declared = {}
local say, serve

ffi.cdef [[
typedef int32_t (*hook)(int64_t event, const void *hint, void *user);
int64_t tocsin_event_json(int64_t, void *, int64_t);
int32_t tocsin_event_set_json(int64_t, const void *, int64_t);
int64_t tocsin_event_prepare(int64_t, int32_t, const void *, int64_t, int64_t, const void *);
int32_t tocsin_event_submit(int64_t, const void *, int64_t, void *);
int32_t tocsin_event_discard(int64_t, const void *, int64_t);
int64_t tocsin_scope_fork(int64_t);
int32_t tocsin_scope_set_tag(int64_t, const void *, int64_t, const void *, int64_t);
int32_t tocsin_scope_capture_message(int64_t, const void *, int64_t, int32_t, int64_t, const void *, void *);
int32_t tocsin_handle_close(int64_t);
]]

local function digits(value) return (tostring(value):gsub("LL$", "")) end

local function from_hex(text)
    return (text:gsub("..", function(pair) return string.char(tonumber(pair, 16)) end))
end

local function to_hex(bytes)
    return (bytes:gsub(".", function(one) return ("%02x"):format(one:byte()) end))
end

-- Exact where a double is not.
local function to_int64(text)
    local sign, number = text:match "^(-?)(%d+)$"
    local value = 0LL
    for digit in number:gmatch "%d" do value = value * 10 + tonumber(digit) end
    return sign == "-" and -value or value
end

local function json_of(event)
    local need = tonumber(library.tocsin_event_json(event, nil, 0))
    local buffer = ffi.new("char[?]", need + 1)
    library.tocsin_event_json(event, buffer, need + 1)
    return ffi.string(buffer, need)
end

-- The user's own hook: nobody's password leaves, and some events do not at all.
local function clean(event)
    if event:find("drop me", 1, true) then return nil end
    return (event:gsub("hunter2", "[gone]"))
end

local function clean_hook(event)
    local cleaned = clean(json_of(event))
    return cleaned and library.tocsin_event_set_json(event, cleaned, #cleaned) or DROP
end

local function ask_hook(event, _, user)
    say(("? %s %d"):format(digits(event), tonumber(ffi.cast("intptr_t", user))))
    return serve()
end

local callbacks = { a = ffi.cast("hook", ask_hook), c = ffi.cast("hook", clean_hook) }

local function argument(word, buffers)
    local kind, rest = word:sub(1, 1), word:sub(2)
    if kind == "i" then return tonumber(rest) end
    if kind == "l" then return to_int64(rest) end
    if kind == "t" then return from_hex(rest) end
    if kind == "u" then return ffi.cast("void *", tonumber(rest)) end
    if kind == "b" then
        local buffer = ffi.new("uint8_t[?]", tonumber(rest))
        ffi.fill(buffer, tonumber(rest), 0xaa)
        table.insert(buffers, { buffer, tonumber(rest) })
        return buffer
    end
    return callbacks[kind]
end

-- The library as it would be declared by hand: words say the types, a callback passes as a pointer.
local function declare(name, result, words)
    local list = {}
    for i, word in ipairs(words) do list[i] = types[word:sub(1, 1)] or "const void *" end
    ffi.cdef(("%s %s(%s);"):format(types[result], name, #list > 0 and table.concat(list, ", ") or "void"))
    declared[name] = true
end

local commands = {}

function commands.call(name, result, ...)
    local words, arguments, buffers = { ... }, {}, {}
    for i, word in ipairs(words) do arguments[i] = argument(word, buffers) end
    if not declared[name] and not pcall(function() return library[name] end) then declare(name, result, words) end
    local number = library[name](unpack(arguments, 1, #words))
    local answer = { digits(number) }
    for _, buffer in ipairs(buffers) do table.insert(answer, to_hex(ffi.string(buffer[1], buffer[2]))) end
    return unpack(answer)
end

-- A capture in two steps, with the hook between them.
function commands.filter(source, scope, json)
    json = from_hex(json)
    local event = library.tocsin_event_prepare(to_int64(scope), tonumber(source), json, #json, 0, nil)
    if event <= 0 then return digits(event) end
    local cleaned = clean(json_of(event))
    if not cleaned then return library.tocsin_event_discard(event, "before_send", -1) end
    local id = ffi.new("char[?]", EVENT_ID_SIZE)
    return library.tocsin_event_submit(event, cleaned, #cleaned, id), ffi.string(id)
end

-- What Lua calls threads: they take turns in the middle of their work.
local function work(worker, rounds, scope)
    local done = 0
    for turn = 0, rounds - 1 do
        local fork = library.tocsin_scope_fork(scope)
        library.tocsin_scope_set_tag(fork, "worker", -1, tostring(worker), -1)
        coroutine.yield()
        local words = ("worker %d round %d"):format(worker, turn)
        if library.tocsin_scope_capture_message(fork, words, #words, 0, 0, nil, nil) == 0 then done = done + 1 end
        library.tocsin_handle_close(fork)
    end
    return done
end

function commands.threads(count, rounds, scope)
    local all, sum = {}, 0
    for worker = 0, tonumber(count) - 1 do
        all[#all + 1] = coroutine.create(function() return work(worker, tonumber(rounds), to_int64(scope)) end)
    end
    while #all > 0 do
        for i = #all, 1, -1 do
            local _, done = assert(coroutine.resume(all[i]))
            if done then
                sum = sum + done
                table.remove(all, i)
            end
        end
    end
    return sum
end

function say(line)
    io.write(line, "\n")
    io.flush()
end

-- Until the input ends, or the answer to a hook is there.
function serve()
    for line in io.lines() do
        local words = {}
        for word in line:gmatch "%S+" do words[#words + 1] = word end
        if words[1] == "!" then return tonumber(words[2]) end
        local answer = { commands[words[1]](unpack(words, 2)) }
        for i, one in ipairs(answer) do answer[i] = tostring(one) end
        say("= " .. table.concat(answer, " "))
    end
    return 0
end

-- A hook may run inside any call, which compiled code could not be left for.
jit.off()
serve()
