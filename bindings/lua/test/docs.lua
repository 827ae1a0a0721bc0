-- The examples of pages, those of each one after another as one program that sends nowhere.
local kit = require "kit"
local tocsin = require "tocsin"

local function program_of(page)
    local blocks = {}
    for block in page:gmatch("\n```lua\n(.-)\n```") do blocks[#blocks + 1] = "do " .. block .. "\nend" end
    return table.concat(blocks, "\n"), #blocks
end

local function run_page(page, least)
    local file = assert(io.open((arg[0]:gsub("bindings/lua/test/main%.lua$", "") .. page)))
    local program, count = program_of(file:read("*a"))
    file:close()
    assert(count >= least, count .. " examples")
    local init, said = tocsin.init, {}
    tocsin.init = function(options)
        if type(options) ~= "table" then options = { dsn = options } end
        options.dsn, options.transport, options.host_contexts = nil, "pull", false
        return init(options)
    end
    local env = setmetatable({ print = function(...) said[#said + 1] = (...) end }, { __index = _G })
    local run = assert((loadstring or load)(program, "=" .. page, "t", env))
    if rawget(_G, "setfenv") then setfenv(run, env) end
    local ok, problem = xpcall(run, debug.traceback)
    tocsin.init = init
    assert(ok, problem)
end

for page, least in pairs { ["docs/lua.md"] = 6, ["docs/concurrency.md"] = 1, ["docs/plugin-hosts.md"] = 1, ["docs/performance.md"] = 1 } do
    kit.case("the examples of " .. page .. " run", function() run_page(page, least) end)
end
