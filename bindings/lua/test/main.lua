-- All cases on the Lua that runs this; ends with one line, "N passed, N failed".
local here = arg[0]:match("^(.*)main%.lua$")
package.path = here .. "?.lua;" .. package.path
local kit = require "kit"
for _, name in ipairs {
    "scopes", "core", "coroutines", "hooks", "hints", "errors", "frames", "integrations", "loggers", "http", "trace",
    "compat", "helper", "restrict", "api", "abuse", "faults", "json", "docs",
} do
    dofile(here .. name .. ".lua")
end
local skipped = kit.skipped > 0 and (", %d skipped"):format(kit.skipped) or ""
print(("%d passed, %d failed%s"):format(kit.passed, kit.failed, skipped))
os.exit(kit.failed == 0 and 0 or 1)
