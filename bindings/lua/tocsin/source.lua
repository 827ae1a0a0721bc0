--- Lines of source files, each file read once and a few of them kept.
local source = {}

local FILES_MAX, BYTES_MAX, LINE_MAX = 32, 256 * 1024, 256

local files, order = {}, {}

local function read(path)
    local file = io.open(path, "rb")
    if not file then return {} end
    local ok, text = pcall(file.read, file, BYTES_MAX)
    file:close()
    local lines = {}
    for line in (ok and text or ""):gmatch("([^\n]*)\n?") do
        lines[#lines + 1] = line:gsub("\r$", ""):sub(1, LINE_MAX)
    end
    return lines
end

local function lines_of(path)
    if not files[path] then
        if #order == FILES_MAX then files[table.remove(order, 1)] = nil end
        files[path] = read(path)
        order[#order + 1] = path
    end
    return files[path]
end

local function range(lines, from, to)
    local list = {}
    for i = math.max(from, 1), math.min(to, #lines) do list[#list + 1] = lines[i] end
    return list
end

--- Gives a frame the line it stands at and `around` lines before and after, if there is such a file.
function source.add_lines(frame, path, around)
    local lines = lines_of(path)
    local here = frame.lineno
    if not lines[here] then return end
    frame.context_line = lines[here]
    frame.pre_context = range(lines, here - around, here - 1)
    frame.post_context = range(lines, here + 1, here + around)
    if #frame.pre_context == 0 then frame.pre_context = nil end
    if #frame.post_context == 0 then frame.post_context = nil end
end

--- Forgets all files: they may have changed.
function source.forget()
    files, order = {}, {}
end

return source
