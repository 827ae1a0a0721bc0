--- Reports the error that ends a coroutine which was bound, or created under the patch.
--
-- `coroutine.resume` is where it comes out; it is replaced as soon as there is such a coroutine. A scheduler that
-- took its own copy before is not seen through.
local current = require "tocsin.current"
local interactive = require "tocsin.interactive"
local report = require "tocsin.report"

local threading = { defaults = { always_run = false } }

function threading.setup(_, settings)
    local ours = setmetatable({}, { __mode = "k" })
    local resume, replaced = coroutine.resume, nil

    local function look(co, ok, ...)
        if not ok and ours[co] and coroutine.status(co) == "dead" then
            ours[co] = nil
            if settings.always_run or not interactive.is_on() then pcall(report.coroutine, co, (...)) end
        end
        return ok, ...
    end

    current.mark = function(co)
        ours[co] = true
        if replaced then return end
        resume = coroutine.resume
        replaced = function(given, ...) return look(given, resume(given, ...)) end
        coroutine.resume = replaced
    end

    return function()
        current.mark = nil
        if replaced and coroutine.resume == replaced then coroutine.resume = resume end
    end
end

return threading
