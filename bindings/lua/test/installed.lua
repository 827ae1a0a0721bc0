-- With an installed rock and nothing else on the path: all files are sound, find each other, and an event goes out.
-- usage: installed.lua FOLDER
local folder = arg[1]

local function path_of(module)
    return folder .. "/" .. module:gsub("%.", "/") .. ".lua"
end

local checked = {}
local function check(module)
    if checked[module] then return end
    checked[module] = true
    assert(loadfile(path_of(module)))
    local file = assert(io.open(path_of(module)))
    local text = file:read("*a")
    file:close()
    for other in text:gmatch('require[ (]+"(tocsin%.[%w_.]*[%w_])"') do check(other) end
end
check "tocsin"
check "tocsin.nginx"

local tocsin = require "tocsin"
local client = assert(tocsin.init { transport = "pull", host_contexts = false })
assert(not tocsin.wrap(function() error("from the rock") end))
local bytes, done = client:next_envelope(5)
assert(bytes and bytes:find("from the rock", 1, true), "no event")
done(200)
for name in pairs(package.loaded) do
    local file = name:match("^tocsin") and name ~= "tocsin_core" and io.open(path_of(name))
    assert(not name:match("^tocsin") or name == "tocsin_core" or file, name .. " is from elsewhere")
    if file then file:close() end
end
