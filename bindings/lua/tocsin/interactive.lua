--- Whether somebody sits before this Lua and types.
local core = require "tocsin_core"

local interactive = {}

-- `lua -i script`: the options stand before the script, at negative places.
local function has_option()
    local arguments = rawget(_G, "arg")
    if type(arguments) ~= "table" then return false end
    local i = -1
    while arguments[i] ~= nil do
        if arguments[i] == "-i" then return true end
        i = i - 1
    end
    return false
end

-- What is typed at a prompt is a chunk of this name; so is a script that is piped in.
local function comes_from_input()
    local level, last = 1, nil
    while true do
        local info = debug.getinfo(level, "S")
        if not info then break end
        if info.what == "main" then last = info.source end
        level = level + 1
    end
    return last == "=stdin"
end

--- Whether this runs at the prompt of an interpreter, or in a script that ends in one (`lua -i`).
function interactive.is_on()
    return has_option() or comes_from_input() and core.is_terminal(0)
end

return interactive
