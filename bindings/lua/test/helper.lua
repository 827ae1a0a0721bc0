-- The helper for the tests of users' own programs.
local kit = require "kit"
local helper = require "tocsin.test_helper"
local tocsin = require "tocsin"
local case, equal = kit.case, kit.equal

case("what a program reports can be looked at, and nothing is sent", function()
    assert(helper.init { dsn = "http://key@127.0.0.1:1/1", release = "shop@1.0" })
    equal(helper.last_event(), nil)
    tocsin.capture_message("one")
    tocsin.isolation_scope():add_attachment { filename = "a.txt", bytes = "a\nb\0c", content_type = "text/plain" }
    tocsin.wrap(error, "two", 0)
    local events = helper.events()
    equal(#events, 2)
    equal(#helper.events(), 2)
    equal(events[1].logentry.formatted, "one")
    equal(helper.last_event().exception.values[1].value, "two")
    equal(helper.last_event().release, "shop@1.0")
    local attachments = helper.attachments()
    equal(#attachments, 1)
    equal(attachments[1].filename, "a.txt")
    equal(attachments[1].bytes, "a\nb\0c")
    helper.clear()
    equal(#helper.items(), 0)
end)

case("hooks run as in earnest, and what is wrong is told", function()
    assert(helper.init { before_send = function(event) event.tags = { seen = "1" } return event end })
    tocsin.capture_message("m")
    equal(helper.last_event().tags.seen, "1")
    equal((helper.init { nonsense = 1 }), nil)
end)
