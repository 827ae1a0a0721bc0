package tocsin

import (
	"runtime"

	"tocsin/internal/core"
)

// SetTag sets a short text to search by. The key is 1 to 200 of A-Z a-z 0-9 _ . : - after blanks
// became '-'; a value is cut to 200 characters.
func (s *Scope) SetTag(key, value string) error {
	return s.do(func(scope int64) int32 { return core.Scope_set_tag(scope, key, value) })
}

// SetTags sets several. Good ones are set even if others are refused.
func (s *Scope) SetTags(tags map[string]string) error {
	return s.doJSON(tags, core.Scope_set_tags)
}

// RemoveTag removes a tag of this very scope.
func (s *Scope) RemoveTag(key string) error {
	return s.do(func(scope int64) int32 { return core.Scope_remove_tag(scope, key) })
}

// SetExtra sets any value that can be JSON.
func (s *Scope) SetExtra(key string, value any) error {
	return s.doJSON(value, func(scope int64, json string) int32 {
		return core.Scope_set_extra(scope, key, json)
	})
}

// SetExtras sets several, all or none.
func (s *Scope) SetExtras(extra map[string]any) error {
	return s.Update(map[string]any{"extra": extra})
}

// RemoveExtra removes a value of this very scope.
func (s *Scope) RemoveExtra(key string) error {
	return s.do(func(scope int64) int32 { return core.Scope_remove_extra(scope, key) })
}

// SetContext sets a named group of values; nil removes it.
func (s *Scope) SetContext(key string, value map[string]any) error {
	return s.doJSON(value, func(scope int64, json string) int32 {
		return core.Scope_set_context(scope, key, json)
	})
}

// SetContexts sets several, all or none.
func (s *Scope) SetContexts(contexts map[string]map[string]any) error {
	return s.Update(map[string]any{"contexts": contexts})
}

// RemoveContext removes a named group of this very scope.
func (s *Scope) RemoveContext(key string) error {
	return s.do(func(scope int64) int32 { return core.Scope_remove_context(scope, key) })
}

// SetUser replaces the user whole.
func (s *Scope) SetUser(user User) error {
	return s.doJSON(user.members(), core.Scope_set_user)
}

// RemoveUser removes the user of this very scope.
func (s *Scope) RemoveUser() error {
	return s.doJSON(nil, core.Scope_set_user)
}

// SetLevel sets the level of all events; the empty one unsets it.
func (s *Scope) SetLevel(level Level) error {
	return s.do(func(scope int64) int32 { return core.Scope_set_level(scope, level.number()) })
}

// SetFingerprint sets what events are grouped by; "{{ default }}" stands for the server's own
// choice. nil unsets it.
func (s *Scope) SetFingerprint(fingerprint []string) error {
	return s.doJSON(fingerprint, core.Scope_set_fingerprint)
}

// SetTransaction names what is being done, such as "GET /users/:id", and where the name is from:
// "route", "url", "custom", or empty for unknown.
func (s *Scope) SetTransaction(name, source string) error {
	if source == "" {
		return s.Update(map[string]any{"transaction": map[string]any{"name": name}})
	}
	return s.do(func(scope int64) int32 { return core.Scope_set_transaction(scope, name, source) })
}

// RemoveTransaction removes the transaction's name and source of this very scope.
func (s *Scope) RemoveTransaction() error {
	return s.Update(map[string]any{"transaction": nil})
}

// SetRequest sets the HTTP request being served: members such as method, url, headers; nil unsets.
func (s *Scope) SetRequest(request map[string]any) error {
	return s.doJSON(request, core.Scope_set_request)
}

// SetFlag notes what a feature flag came out as.
func (s *Scope) SetFlag(flag string, result any) error {
	return s.doJSON(result, func(scope int64, json string) int32 {
		return core.Scope_set_flag(scope, flag, json)
	})
}

// Update sets several fields at once, all or none: tags, extra, contexts, flags, user, request,
// origin, level, fingerprint, transaction.
func (s *Scope) Update(fields map[string]any) error {
	return s.doJSON(fields, core.Scope_update)
}

// AddAttachment adds a file that goes along with every event.
func (s *Scope) AddAttachment(attachment Attachment) error {
	about := map[string]any{}
	putText(about, "filename", attachment.Filename)
	putText(about, "content_type", attachment.ContentType)
	putTrue(about, "add_to_transactions", attachment.AddToTransactions)
	var bytes string // without memory, which means absent
	if attachment.Payload != nil || attachment.Path == "" {
		bytes = (string(attachment.Payload) + "\x00")[:len(attachment.Payload)]
	} else {
		about["path"] = attachment.Path
	}
	return s.doJSON(about, func(scope int64, json string) int32 {
		return core.Scope_add_attachment(scope, bytes, json)
	})
}

// ClearBreadcrumbs removes the breadcrumbs of this very scope.
func (s *Scope) ClearBreadcrumbs() error {
	return s.do(core.Scope_clear_breadcrumbs)
}

// Clear empties the scope; its processors stay.
func (s *Scope) Clear() error {
	return s.do(core.Scope_clear)
}

// NewTrace starts a new trace on an isolation scope.
func (s *Scope) NewTrace() error {
	return s.do(core.Scope_new_trace)
}

// Merge takes over what another scope holds, whose entries win. Processors stay where they are.
func (s *Scope) Merge(from *Scope) error {
	if from == nil {
		return nil
	}
	err := s.do(func(scope int64) int32 { return core.Scope_merge(scope, from.handle.get()) })
	runtime.KeepAlive(from)
	return err
}

// UpdateFromScope is Merge by the name that other SDKs have for it.
func (s *Scope) UpdateFromScope(from *Scope) error {
	return s.Merge(from)
}
