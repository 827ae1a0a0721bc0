--- Reports the error that ends a coroutine which was bound, or created under the patch.
--
-- `coroutine.resume` is where it comes out. It is replaced at once, for a call may have looked it up before the
-- coroutine is bound that it resumes. A scheduler that took its own copy before is not seen through.
local current = require "tocsin.current"
local interactive = require "tocsin.interactive"
local report = require "tocsin.report"

local threading = { defaults = { always_run = false } }

function threading.setup(_, settings)
    local ours = setmetatable({}, { __mode = "k" })
    local resume = coroutine.resume

    local function look(co, ok, ...)
        if not ok and ours[co] and coroutine.status(co) == "dead" then
            ours[co] = nil
            if settings.always_run or not interactive.is_on() then pcall(report.coroutine, co, (...)) end
        end
        return ok, ...
    end
    local function watched(co, ...) return look(co, resume(co, ...)) end

    coroutine.resume = watched
    current.mark = function(co) ours[co] = true end

    return function()
        current.mark = nil
        if coroutine.resume == watched then coroutine.resume = resume end
    end
end

return threading
