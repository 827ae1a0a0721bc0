-- Tables and JSON.
local kit = require "kit"
local json = require "tocsin.json"
local case, equal = kit.case, kit.equal

case("JSON comes back as it was", function()
    for _, text in ipairs {
        "[]", "{}", '[1,2,"x"]', '{"a":[]}', '"\\\\u0041"', '"\\u0000\\u001f\\u007f"', "1.5", "-0.1", "0",
        "9007199254740992", "-9007199254740991", "[null,true,false]", '"\\n\\"\\\\"', '"\\\\\\\\n"', "1e+300",
        '"\195\169\240\159\152\128"',
    } do
        equal(json.encode(json.decode(text)), text)
    end
end)

case("escapes of all kinds are read", function()
    equal(json.decode('"\\ud83d\\ude00\\u00e9\\\\n\\/\\b1"'), "\240\159\152\128\195\169\\n/\b1")
end)

case("what JSON lacks becomes text", function()
    equal(json.encode(1 / 0), '"inf"')
    equal(json.decode(json.encode { f = print }).f, tostring(print))
    equal(json.encode { 1, nil, 3, [7] = 2 }:sub(1, 1), "{")
end)

case("what is not JSON raises", function()
    for _, text in ipairs { "", "[1", '{"a" 1}', "[1,]", "nul", '"a', "1 2", "{1:2}" } do
        equal(pcall(json.decode, text), false, text)
    end
end)
