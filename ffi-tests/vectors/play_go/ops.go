package main

import (
	"encoding/json"
	"errors"
	"time"

	"tocsin"
)

// raised is the error of a vector's capture_exception.
type raised struct{ kind, text string }

func (r raised) Error() string     { return r.text }
func (r raised) ErrorType() string { return r.kind }

func statusOf(err error) int {
	var refused *tocsin.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return 0
}

func text(op object, name string) string {
	value, _ := op[name].(string)
	return value
}

func member(op object, name string) object {
	value, _ := op[name].(object)
	return value
}

func texts(list any) []string {
	items, ok := list.([]any)
	if !ok {
		return nil
	}
	found := []string{}
	for _, item := range items {
		if value, ok := item.(string); ok {
			found = append(found, value)
		}
	}
	return found
}

func plainTexts(from object) map[string]string {
	found := map[string]string{}
	for name := range from {
		found[name] = text(from, name)
	}
	return found
}

func (p *player) scope(op object, name string) *tocsin.Scope {
	scope, ok := p.scopes[text(op, name)]
	if !ok {
		giveUp("no scope of that name", op[name])
	}
	return scope
}

// keep remembers a new scope, or says why there is none.
func (p *player) keep(op object, name string, scope *tocsin.Scope) error {
	if as := text(op, name); as != "" {
		p.scopes[as] = scope
	}
	return tocsin.StatusError(scope.Handle())
}

func (p *player) make(op object) (made bool, err error) {
	switch op["op"] {
	case "fork":
		err = p.keep(op, "as", p.scope(op, "from").Fork())
	case "fork_isolation":
		fork := p.scope(op, "from").ForkIsolation()
		err = p.keep(op, "as", fork)
		_ = p.keep(op, "isolation_as", fork.Isolation())
	case "new_current":
		err = p.keep(op, "as", p.scope(op, "isolation").NewCurrent())
	case "new_isolation":
		err = p.keep(op, "as", p.client.NewIsolationScope())
	case "new_scope":
		err = p.keep(op, "as", p.client.NewScope())
	default:
		return false, nil
	}
	return true, err
}

func (p *player) do(op object) error {
	if made, err := p.make(op); made || p.capture(op) {
		return err
	}
	if op["op"] == "merge" {
		return p.scope(op, "into").Merge(p.scope(op, "from"))
	}
	scope := p.scope(op, "scope")
	switch op["op"] {
	case "add_event_processor":
		scope.AddEventProcessor(p.onEvent(op["do"]))
		return nil
	case "add_error_processor":
		scope.AddErrorProcessor(p.onEvent(op["do"]), text(op, "type"))
		return nil
	case "get_last_event_id":
		p.result.Reads = append(p.result.Reads, scope.LastEventID())
		return nil
	case "clear":
		return scope.Clear()
	case "clear_breadcrumbs":
		return scope.ClearBreadcrumbs()
	case "new_trace":
		return scope.NewTrace()
	case "continue_trace":
		return scope.ContinueTrace(plainTexts(member(op, "headers")))
	}
	return set(scope, op)
}

func set(scope *tocsin.Scope, op object) error {
	key := text(op, "key")
	switch op["op"] {
	case "set_tag":
		return setTag(scope, key, op["value"])
	case "set_tags":
		return setTags(scope, op["tags"])
	case "remove_tag":
		return scope.RemoveTag(key)
	case "set_user":
		return setUser(scope, op["user"])
	case "set_extra":
		return scope.SetExtra(key, op["value"])
	case "remove_extra":
		return scope.RemoveExtra(key)
	case "set_context":
		return setContext(scope, key, op["value"])
	case "remove_context":
		return scope.RemoveContext(key)
	case "set_level":
		return scope.SetLevel(tocsin.Level(text(op, "level")))
	case "set_fingerprint":
		return setFingerprint(scope, op["fingerprint"])
	case "set_transaction":
		return setTransaction(scope, op)
	case "set_flag":
		return scope.SetFlag(text(op, "flag"), op["result"])
	case "set_request":
		return setRequest(scope, op["request"])
	case "update":
		return scope.Update(member(op, "fields"))
	case "set_origin":
		return scope.Update(object{"origin": op["origin"]})
	case "add_breadcrumb":
		return scope.AddBreadcrumb(crumbOf(member(op, "crumb")))
	case "add_attachment":
		return scope.AddAttachment(tocsin.Attachment{
			Filename: text(op, "filename"), Payload: []byte(text(op, "data"))})
	}
	giveUp("no such operation", op["op"])
	return nil
}

func setTag(scope *tocsin.Scope, key string, value any) error {
	switch value := value.(type) {
	case string:
		return scope.SetTag(key, value)
	case nil:
		return scope.RemoveTag(key)
	}
	return nil // Go cannot say it
}

// What Go's types cannot say, Update can.
func setTags(scope *tocsin.Scope, tags any) error {
	list, ok := tags.(object)
	if !ok {
		return scope.Update(object{"tags": tags})
	}
	plain := map[string]string{}
	for key := range list {
		if value, ok := list[key].(string); ok {
			plain[key] = value
		} else if err := setTag(scope, key, list[key]); err != nil {
			return err
		}
	}
	return scope.SetTags(plain)
}

func setContext(scope *tocsin.Scope, key string, value any) error {
	if wanted, ok := value.(object); ok || value == nil {
		return scope.SetContext(key, wanted)
	}
	return scope.Update(object{"contexts": object{key: value}})
}

func setFingerprint(scope *tocsin.Scope, fingerprint any) error {
	list := texts(fingerprint)
	if wanted, ok := fingerprint.([]any); fingerprint == nil || ok && len(wanted) == len(list) {
		return scope.SetFingerprint(list)
	}
	return scope.Update(object{"fingerprint": fingerprint})
}

func setRequest(scope *tocsin.Scope, request any) error {
	if wanted, ok := request.(object); ok || request == nil {
		return scope.SetRequest(wanted)
	}
	return scope.Update(object{"request": request})
}

func setUser(scope *tocsin.Scope, user any) error {
	if user == nil {
		return scope.RemoveUser()
	}
	data, ok := user.(object)
	if !ok {
		return scope.Update(object{"user": user})
	}
	return scope.SetUser(tocsin.User{Data: data})
}

func setTransaction(scope *tocsin.Scope, op object) error {
	if op["name"] == nil {
		return scope.RemoveTransaction()
	}
	return scope.SetTransaction(text(op, "name"), text(op, "source"))
}

func crumbOf(crumb object) tocsin.Breadcrumb {
	made := tocsin.Breadcrumb{
		Type: text(crumb, "type"), Category: text(crumb, "category"),
		Message: text(crumb, "message"), Origin: text(crumb, "origin"),
		Level: tocsin.Level(text(crumb, "level")), Data: member(crumb, "data"),
	}
	if at, ok := crumb["timestamp"].(json.Number); ok {
		seconds, _ := at.Float64()
		made.Timestamp = time.UnixMicro(int64(seconds * 1e6))
	}
	if at := text(crumb, "timestamp"); at != "" {
		when, err := time.Parse(time.RFC3339Nano, at)
		if err != nil {
			giveUp("no time", at)
		}
		made.Timestamp = when
	}
	return made
}
