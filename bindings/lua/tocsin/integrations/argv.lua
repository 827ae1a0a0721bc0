--- The arguments of the program, as `sys.argv` in the extra data of every event, secrets hidden.
local json = require "tocsin.json"
local scrub = require "tocsin.scrub"

local argv = {}

function argv.setup(client)
    local given = rawget(_G, "arg")
    if type(given) ~= "table" then return end
    local list = { given[0] or "" }
    for _, argument in ipairs(given) do list[#list + 1] = argument end
    client.global:set_extra("sys.argv", json.list(scrub.arguments(client:settings().scrub_denylist, list)))
end

return argv
