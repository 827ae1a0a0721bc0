--- The methods of a scope that set, read and remove what it holds.
-- @classmod scope
local core = require "tocsin_core"
local json = require "tocsin.json"
local chain = require "tocsin.chain"
local fields = require "tocsin.fields"

local data = {}

local function settle(ok, outcome, text, code)
    if not ok then return nil, outcome, core.E_ARG end
    if outcome == nil then return nil, text, code end
    if outcome == core.DROPPED then return nil, "dropped", outcome end
    if outcome == core.DISABLED then return nil, "the client is not active", outcome end
    return true
end

-- A method whose body answers as the core does, and may raise.
local function method(body)
    return function(...) return settle(pcall(body, ...)) end
end
data.method = method

--- Sets a tag, a short text to search by. Numbers and booleans become text; nil unsets.
-- @function scope:set_tag
-- @string key
-- @param value
-- @return true, or nil, a text and a status
data.set_tag = method(function(self, key, value)
    return core.scope_set_tag(self.h, fields.text(key), fields.text(value))
end)

--- Sets several tags; one that is `tocsin.null` is removed.
-- @function scope:set_tags
-- @tparam table tags
data.set_tags = method(function(self, tags)
    return core.scope_set_tags(self.h, fields.tags(tags))
end)

--- Removes a tag.
-- @function scope:remove_tag
-- @string key
data.remove_tag = method(function(self, key)
    return core.scope_remove_tag(self.h, fields.text(key))
end)

--- Sets the user; nil unsets.
-- @function scope:set_user
-- @tparam table user such as `{ id = "7", username = "ada" }`
data.set_user = method(function(self, user)
    return core.scope_set_user(self.h, fields.json(user))
end)

--- Sets a named value of any kind.
-- @function scope:set_extra
-- @string key
-- @param value
data.set_extra = method(function(self, key, value)
    return core.scope_set_extra(self.h, fields.text(key), fields.json(value))
end)

--- Sets several named values.
-- @function scope:set_extras
-- @tparam table extras
data.set_extras = method(function(self, extras)
    return core.scope_update(self.h, fields.json { extra = extras })
end)

--- Removes a named value.
-- @function scope:remove_extra
-- @string key
data.remove_extra = method(function(self, key)
    return core.scope_remove_extra(self.h, fields.text(key))
end)

--- Sets a named group of values, replacing one of that name whole.
-- @function scope:set_context
-- @string key
-- @tparam table context
data.set_context = method(function(self, key, context)
    return core.scope_set_context(self.h, fields.text(key), fields.json(context))
end)

--- Sets several named groups of values.
-- @function scope:set_contexts
-- @tparam table contexts
data.set_contexts = method(function(self, contexts)
    return core.scope_update(self.h, fields.json { contexts = contexts })
end)

--- Removes a named group of values.
-- @function scope:remove_context
-- @string key
data.remove_context = method(function(self, key)
    return core.scope_remove_context(self.h, fields.text(key))
end)

--- Sets the HTTP request that is being served; nil unsets.
-- @function scope:set_request
-- @tparam table request such as `{ method = "GET", url = "https://..." }`
data.set_request = method(function(self, request)
    return core.scope_set_request(self.h, fields.json(request))
end)

--- Sets the level of all events; nil unsets.
-- @function scope:set_level
-- @string level "debug", "info", "warning", "error" or "fatal"
data.set_level = method(function(self, level)
    return core.scope_set_level(self.h, fields.level(level))
end)

--- Sets what events are grouped by; `"{{ default }}"` in it stands for the server's own choice.
-- @function scope:set_fingerprint
-- @tparam {string,...} fingerprint
data.set_fingerprint = method(function(self, fingerprint)
    return core.scope_set_fingerprint(self.h, fields.list(fingerprint))
end)

--- Names what is being done; nil unsets.
-- @function scope:set_transaction_name
-- @string name such as "GET /users/:id"
-- @string[opt] source where the name is from: "route", "url", ...
data.set_transaction_name = method(function(self, name, source)
    return core.scope_set_transaction(self.h, name, source)
end)

--- Notes what a feature flag came out as.
-- @function scope:add_feature_flag
-- @string flag
-- @param result
data.add_feature_flag = method(function(self, flag, result)
    return core.scope_set_flag(self.h, flag, fields.json(result))
end)

--- Adds a breadcrumb, something that happened before an event.
-- @function scope:add_breadcrumb
-- @param crumb a table with any of `message`, `category`, `level`, `type`, `data`, `timestamp`; or a text
-- @tparam[opt] table hint for `before_breadcrumb`
data.add_breadcrumb = method(function(self, crumb, hint)
    if type(crumb) ~= "table" then crumb = { message = fields.text(crumb) } end
    self.client:pump()
    crumb = chain.filter_crumb(self.client, crumb, hint)
    if not crumb then return core.DROPPED end
    return core.scope_add_breadcrumb(self.h, json.encode(crumb))
end)

--- Removes all breadcrumbs.
-- @function scope:clear_breadcrumbs
data.clear_breadcrumbs = method(function(self)
    return core.scope_clear_breadcrumbs(self.h)
end)

--- Adds a file, or bytes to be sent as one.
-- @function scope:add_attachment
-- @tparam table attachment with `bytes` and `filename`, or with `path`; `content_type` if you like
data.add_attachment = method(function(self, attachment)
    return fields.attach(self.h, attachment)
end)

--- Sets several fields at once, all or none.
-- @function scope:update
-- @tparam table several any of `tags`, `extra`, `contexts`, `flags`, `user`, `request`, `level`, `fingerprint`,
-- `transaction`
data.update = method(function(self, several)
    return core.scope_update(self.h, fields.json(several))
end)

--- Empties the scope, but for its processors and its trace.
-- @function scope:clear
data.clear = method(function(self)
    return core.scope_clear(self.h)
end)

local function table_of(text, problem, code)
    if not text then return nil, problem, code end
    return json.decode(text)
end

--- What the scope itself holds.
-- @treturn table
function data:data()
    return table_of(core.scope_json(self.h))
end

--- What an event captured here would get from all layers.
-- @treturn table
function data:merged_data()
    return table_of(core.scope_merged_json(self.h))
end

-- One member of what the scope itself holds; nil: it has none.
local function member(self, name)
    local own, text, code = data.data(self)
    if not own then return nil, text, code end
    return own[name]
end

--- The level set on this scope, or nil; likewise the getters below.
-- @treturn ?string
function data:get_level()
    return member(self, "level")
end

--- The user set on this scope.
-- @treturn ?table
function data:get_user()
    return member(self, "user")
end

--- The transaction's name set on this scope, and where it is from.
-- @treturn ?string
-- @treturn ?string
function data:get_transaction_name()
    local own, text, code = data.data(self)
    if not own then return nil, text, code end
    return own.transaction, own.transaction_info and own.transaction_info.source
end

--- The fingerprint set on this scope.
-- @treturn ?{string,...}
function data:get_fingerprint()
    return member(self, "fingerprint")
end

--- The tags set on this scope, by name.
-- @treturn table
function data:get_tags()
    return member(self, "tags") or {}
end

--- The extra values set on this scope, by name.
-- @treturn table
function data:get_extra()
    return member(self, "extra") or {}
end

--- The contexts set on this scope, by name.
-- @treturn table
function data:get_contexts()
    return member(self, "contexts") or {}
end

--- The breadcrumbs of this scope, the oldest first.
-- @treturn {table,...}
function data:get_breadcrumbs()
    local found = member(self, "breadcrumbs")
    return found and found.values or {}
end

return data
