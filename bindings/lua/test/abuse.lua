-- Wrong arguments everywhere, handles that are none, texts of all kinds: answers, never errors, never harm.
local kit = require "kit"
local core = require "tocsin_core"
local json = require "tocsin.json"
local tocsin = require "tocsin"
local case, equal = kit.case, kit.equal

local endless = {}
endless.endless = endless
local odd = setmetatable({}, { __tostring = function() error("no") end, __index = error, __len = error })
local wrongs = {
    endless, odd, function() end, 0 / 0, 1 / 0, -1, 2 ^ 53, true, "x", "", {}, json.null,
    coroutine.create(function() end), io.stdout,
}

-- What runs a function of the caller's may raise its error, and what is ended stays ended.
local left_out = {
    with_scope = true, with_isolation_scope = true, with_handle = true, main = true, handler = true,
    patch_coroutines = true, push_scope = true, init = true, close = true, flush = true,
    fork = true, fork_isolation = true, next_envelope = true,
}

local function abuse(what, object, self)
    for name, f in pairs(object) do
        if type(f) == "function" and not left_out[name] and not name:find("^_") then
            local function call(...)
                local ok, problem = pcall(f, ...)
                equal(ok, true, what .. "." .. name .. ": " .. tostring(problem))
            end
            for _, wrong in ipairs(wrongs) do
                if self then
                    call(self, wrong)
                    call(self, "x", wrong)
                    call(self, wrong, wrong)
                else
                    call(wrong)
                    call("x", wrong)
                    call(wrong, wrong)
                end
            end
            call(self)
        end
    end
end

case("no function of the module raises, whatever it is given", function()
    kit.init()
    abuse("tocsin", tocsin)
end)

case("no method of a client or a scope of any tier does", function()
    local client = kit.init()
    local scopes = {
        tocsin.current_scope(), tocsin.isolation_scope(), tocsin.global_scope(), client:new_scope(),
        client:new_isolation(),
    }
    for _, scope in ipairs(scopes) do abuse("scope", getmetatable(scope).__index, scope) end
    local closed = client:new_scope()
    closed:close()
    abuse("closed scope", getmetatable(closed).__index, closed)
    abuse("client", getmetatable(client).__index, client)
end)

case("options of all wrong kinds are refused with what is wrong", function()
    for _, wrong in ipairs { 0 / 0, -1, true, "x", coroutine.create(function() end), io.stdout } do
        if type(wrong) ~= "string" then equal((tocsin.init(wrong)), nil, tostring(wrong)) end
        for _, name in ipairs { "before_send", "before_breadcrumb", "event_processor", "error_sampler", "integrations" } do
            local client, text, code = tocsin.init { transport = "pull", [name] = wrong }
            equal(client, nil, name)
            equal(type(text), "string")
            equal(code, core.E_ARG)
        end
    end
end)

case("a handle that is none is refused by name", function()
    local client = kit.init()
    local good = client:scope():handle()
    for _, wrong in ipairs {
        -1, 0, 1.5, 2 ^ 53, 2 ^ 60, 2 ^ 64, 1 / 0, -1 / 0, 0 / 0, good + 1, good + 2 ^ 20, good + 2 ^ 40, client.h,
    } do
        local ran
        local done, text, code = tocsin.with_handle(wrong, function() ran = true end)
        equal(done, nil)
        equal(ran, nil)
        equal(type(text), "string")
        assert(code == core.E_STALE or code == core.E_KIND or code == core.E_FOREIGN, code)
    end
    for _, wrong in ipairs { tostring(good), {}, true } do
        equal(select(3, tocsin.with_handle(wrong, function() error("not reached") end)), core.E_ARG)
    end
    equal(select(3, tocsin.with_handle(nil, error)), core.E_ARG)
end)

-- Who has an FFI can load the library once more, from another file.
local has_ffi, ffi = pcall(require, "ffi")

local function another_copy()
    local path = io.open("/proc/self/maps"):read("*a"):match("(/%S*/libtocsin%.so%S*)")
    local copy = os.tmpname()
    local file = assert(io.open(copy, "wb"))
    file:write(assert(io.open(path, "rb")):read("*a"))
    file:close()
    ffi.cdef "int64_t tocsin_instance_id(void); int64_t tocsin_client_open(int64_t); int64_t tocsin_client_scope(int64_t);"
    local library = ffi.load(copy)
    os.remove(copy)
    return library
end

if has_ffi then
    case("a scope of another copy is refused with the cause", function()
        kit.init()
        local copy = another_copy()
        local theirs = tonumber(copy.tocsin_client_scope(copy.tocsin_client_open(0)))
        assert(theirs > 0)
        local done, text, code = tocsin.with_handle(theirs, function() error("not reached") end)
        equal(done, nil)
        if tonumber(copy.tocsin_instance_id()) == core.instance_id() then return end -- one time in 1,024
        equal(code, core.E_FOREIGN)
        assert(text:find("another copy of libtocsin", 1, true), text)
    end)
end

case("texts with zeros, broken UTF-8 and 20,000 bytes arrive repaired", function()
    local client = kit.init()
    local texts = { "a\0b", "\255\254", "caf\195", "\237\160\128", "\240\159\152", ("x"):rep(2e4), "\n\r\t\27", "" }
    for _, text in ipairs(texts) do
        tocsin.with_isolation_scope(function()
            tocsin.set_tag("t", text)
            tocsin.set_extra("e", { [text] = text })
            tocsin.set_context("c", { v = text })
            tocsin.set_user { id = text }
            tocsin.set_transaction_name(text, text)
            tocsin.add_breadcrumb { message = text, category = text }
            tocsin.add_feature_flag(text, text)
            tocsin.current_scope():set_fingerprint { text }
            tocsin.capture_message(text)
            tocsin.capture_exception(text)
            tocsin.capture_exception { type = text, value = text }
        end)
        local count = 0
        for event in function() return kit.next_event(client) end do
            count = count + 1
            local written = json.encode(event)
            assert(not written:find("%z") and not written:find("[\237][\160-\191]"))
        end
        assert(count >= 2, #text .. " bytes: " .. count)
    end
end)

case("nothing is left of all that", function()
    kit.init()
    kit.collect()
    equal(core.handle_count(core.KIND_EVENT), 0)
    equal(core.handle_count(core.KIND_OPTIONS), 0)
end)
