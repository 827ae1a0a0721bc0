-- Every public function has a comment that documentation is made of.
local kit = require "kit"
local compat = require "tocsin.compat"
local helper = require "tocsin.test_helper"
local tocsin = require "tocsin"
local case = kit.case

local top = arg[0]:gsub("test/main%.lua$", "")

local function lines_of(name)
    local file = assert(io.open(top .. name))
    local lines = {}
    for line in file:lines() do lines[#lines + 1] = line end
    file:close()
    return lines
end

-- The names that the comments of a file are about: told by @function, or by the line that follows.
local function add_documented(names, file)
    local is_open, name
    for _, line in ipairs(lines_of(file)) do
        if line:find("^%-%-%- %S") then is_open, name = true, nil end
        if is_open and line:find("^%-%-") then
            name = (line:match("^%-%- @function ([%w_:]+)$") or ""):match("[%w_]+$") or name
        elseif is_open then
            name = name or line:match("^function [%w_]+[.:]([%w_]+)") or line:match("^[%w_]+%.([%w_]+) = ")
            if name then names[name] = true end
            is_open = false
        end
    end
end

local function check(object, what, files)
    local names, missing = {}, {}
    for _, file in ipairs(files) do add_documented(names, file) end
    for name, value in pairs(object) do
        local is_public = type(value) == "function" and not name:find("^_")
        if is_public and not names[name] then missing[#missing + 1] = what .. "." .. name end
    end
    table.sort(missing)
    if #missing > 0 then error("without a comment: " .. table.concat(missing, ", "), 0) end
end

local function methods_of(object)
    return getmetatable(object).__index
end

case("each public function has its comment", function()
    local client = kit.init()
    check(tocsin, "tocsin", { "tocsin.lua", "tocsin/top_level.lua", "tocsin/json.lua" })
    local of_scopes = { "tocsin/scope.lua", "tocsin/scope_data.lua", "tocsin/trace.lua" }
    check(methods_of(tocsin.current_scope()), "scope", of_scopes)
    check(methods_of(client), "client", { "tocsin/client.lua" })
    check(compat, "compat", { "tocsin/compat.lua" })
    check(methods_of(compat.get_current_hub()), "hub", { "tocsin/compat.lua" })
    check(helper, "test_helper", { "tocsin/test_helper.lua" })
end)

case("the names of other SDKs are there", function()
    for _, name in ipairs {
        "init", "capture_exception", "capture_message", "capture_event", "add_breadcrumb", "with_scope",
        "with_isolation_scope", "current_scope", "get_current_scope", "get_isolation_scope", "get_global_scope",
        "set_tag", "set_tags", "set_user", "set_extra", "set_extras", "set_context", "set_contexts", "set_level",
        "set_transaction_name", "add_attachment", "add_feature_flag", "last_event_id", "continue_trace", "get_traceparent",
        "get_baggage", "trace_headers", "wrap", "flush", "close",
    } do
        assert(type(tocsin[name]) == "function", name)
    end
end)
