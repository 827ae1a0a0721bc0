package tocsin

import (
	"context"
	"encoding/json"
)

// What a scope says of itself, without what its other layers hold.
type ownData struct {
	Level       Level
	User        map[string]any
	Transaction json.RawMessage
}

func (s *Scope) own() ownData {
	var data ownData
	if text := s.JSON(); text != "" {
		_ = decode(text, &data)
	}
	return data
}

// Level is the one that was set on this very scope, or empty.
func (s *Scope) Level() Level {
	return s.own().Level
}

// User is the one that was set on this very scope; false: none was.
func (s *Scope) User() (User, bool) {
	members := s.own().User
	if members == nil {
		return User{}, false
	}
	take := func(name string) string {
		text, ok := members[name].(string)
		if ok {
			delete(members, name)
		}
		return text
	}
	user := User{ID: take("id"), Username: take("username"), Email: take("email"),
		IPAddress: take("ip_address"), Name: take("name")}
	if len(members) > 0 {
		user.Data = members
	}
	return user, true
}

// Transaction is the name that was set on this very scope, or empty.
func (s *Scope) Transaction() string {
	raw := s.own().Transaction
	var whole struct{ Name string }
	if json.Unmarshal(raw, &whole) == nil && whole.Name != "" {
		return whole.Name
	}
	var name string
	_ = json.Unmarshal(raw, &name)
	return name
}

// GetCurrentScope is ScopeFromContext by the name that other languages have for it.
func GetCurrentScope(ctx context.Context) *Scope {
	return ScopeFromContext(ctx)
}

// GetIsolationScope is the isolation scope of the current one.
func GetIsolationScope(ctx context.Context) *Scope {
	return isolationOf(ctx)
}

// GetGlobalScope is that of the client that the current scope belongs to.
func GetGlobalScope(ctx context.Context) *Scope {
	return ScopeFromContext(ctx).Client().GlobalScope()
}
