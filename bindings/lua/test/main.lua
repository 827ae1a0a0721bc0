-- All cases on the Lua that runs this; ends with one line, "N passed, N failed".
local here = arg[0]:match("^(.*)main%.lua$")
package.path = here .. "?.lua;" .. package.path
local kit = require "kit"
for _, name in ipairs { "scopes", "core", "coroutines", "hooks", "errors", "frames", "integrations", "loggers", "json", "docs" } do
    dofile(here .. name .. ".lua")
end
print(("%d passed, %d failed"):format(kit.passed, kit.failed))
os.exit(kit.failed == 0 and 0 or 1)
