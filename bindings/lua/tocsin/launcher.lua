--- What `tocsin-lua` does: runs a script as `lua` does and reports the error that ends it.
local tocsin = require "tocsin"
local report = require "tocsin.report"

local launcher = {}

local unpack = table.unpack or unpack

-- What `lua` says of an error, with the way to it; nothing of tocsin is on it.
local function complaint(err)
    local meta = debug.getmetatable(err)
    local has_text = type(err) == "string" or type(err) == "number" or type(meta) == "table" and meta.__tostring
    local ok, text = pcall(tostring, err)
    if not has_text or not ok then text = ("(error object is a %s value)"):format(type(err)) end
    return (debug.traceback(text, 3))
end

-- `arg` as the script expects it: its own name at 0.
local function shift(arguments)
    local program = arguments[0]
    local script = table.remove(arguments, 1)
    arguments[-1], arguments[0] = program, script
    return script
end

local function leave(text)
    io.stderr:write("lua: ", text, "\n")
    pcall(tocsin.flush)
    os.exit(1)
end

--- Runs the script that `arguments` begins with; does not come back from an error.
function launcher.run(arguments)
    local script = shift(arguments)
    if not script then
        io.stderr:write("usage: tocsin-lua SCRIPT ARGUMENT...\n")
        os.exit(2)
    end
    tocsin.init()
    local run, problem = loadfile(script)
    if not run then
        report.end_of_program(problem)
        leave(problem)
    end
    local said
    local ok = xpcall(function() run(unpack(arguments)) end, function(err)
        said = complaint(err)
        return report.end_of_program(err)
    end)
    if not ok then leave(said or "error in error handling") end
end

return launcher
