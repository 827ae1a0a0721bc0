package tocsin

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"tocsin/internal/core"
)

// Scope holds what events captured on it, or on its forks, will say of their surroundings. A fork is
// a snapshot: later changes on either side are never seen on the other. All methods may be called
// from several goroutines. A nil scope does nothing.
//
// A scope belongs to the collector: a goroutine that outlives its request still reports. Close is
// only for who wants the memory back at once.
type Scope struct {
	client    *Client
	handle    *handle
	isolation *Scope // of a current scope

	lock       sync.Mutex
	processors []processor // guarded by lock; never changed in place

	last atomic.Pointer[seen] // of an isolation scope
}

// newScope takes over a current scope. isolation is nil where nobody has it yet.
func newScope(client *Client, number int64, isolation *Scope) *Scope {
	if isolation == nil {
		isolation = &Scope{client: client, handle: own(core.Scope_isolation(number))}
	}
	return &Scope{client: client, handle: own(number), isolation: isolation}
}

// ScopeFromHandle is a scope that another language passed as a number. It is borrowed: it is theirs
// to close, and has to live as long as this is used. A number that is no live scope is refused.
func ScopeFromHandle(number int64) (*Scope, error) {
	if !Available {
		return nil, nil
	}
	if kind := core.Handle_kind(number); kind < 0 {
		return nil, errorOf(kind)
	} else if kind != int32(core.KIND_SCOPE) {
		return nil, errorOf(int32(core.E_KIND))
	}
	client, err := clientOf(number)
	if err != nil {
		return nil, err
	}
	scope := &Scope{client: client, handle: borrow(number)}
	if isolation := core.Scope_isolation(number); isolation > 0 {
		scope.isolation = &Scope{client: client, handle: own(isolation)}
	}
	return scope, nil
}

// clientOf is the client of a scope: ours with its hooks if the number came from here, else one that
// knows no options.
func clientOf(number int64) (*Client, error) {
	if known, ok := given.Load(number); ok {
		return known.(*Client), nil
	}
	owner := core.Scope_client(number)
	isUnknown := owner == int64(core.E_DENIED)
	if isUnknown {
		owner = unknownClient()
	}
	if owner < 0 {
		return nil, errorOf(int32(owner))
	}
	client := newClient(owner)
	client.active = client.active || isUnknown
	client.setUp(Options{Integrations: []Integration{Off("argv"), Off("dedupe")}})
	return client, nil
}

// unknownClient stands in for one that may not be known: it has no options, and is closed. What is
// captured on the scope goes to the scope's own all the same.
func unknownClient() int64 {
	number := core.Client_open(0)
	core.Client_close(number, 0)
	return number
}

// Handle is the number to give to another language. It is good while this scope is alive:
// runtime.KeepAlive it until the other one returns.
func (s *Scope) Handle() int64 {
	if s == nil {
		return 0
	}
	return s.handle.give(s.client)
}

// Client is the client that the scope belongs to.
func (s *Scope) Client() *Client {
	if s == nil {
		return nil
	}
	return s.client
}

// Isolation is the isolation scope of a current scope, and else the scope itself.
func (s *Scope) Isolation() *Scope {
	if s == nil || s.isolation == nil {
		return s
	}
	return s.isolation
}

// Fork is a copy; that of a current scope shares its isolation scope.
func (s *Scope) Fork() *Scope {
	if s == nil {
		return nil
	}
	fork := &Scope{client: s.client, isolation: s.isolation, processors: s.ownProcessors()}
	fork.handle = own(core.Scope_fork(s.handle.get()))
	runtime.KeepAlive(s)
	return fork
}

// ForkIsolation is a copy of a current scope with a copy of its isolation scope: what a request or a
// job starts with.
func (s *Scope) ForkIsolation() *Scope {
	if s == nil {
		return nil
	}
	fork := newScope(s.client, core.Scope_fork_isolation(s.handle.get()), nil)
	fork.processors = s.ownProcessors()
	fork.isolation.processors = s.isolation.ownProcessors()
	runtime.KeepAlive(s)
	return fork
}

// NewCurrent is an empty current scope of this isolation scope.
func (s *Scope) NewCurrent() *Scope {
	if s == nil {
		return nil
	}
	scope := newScope(s.client, core.Scope_new_current(s.handle.get()), s)
	runtime.KeepAlive(s)
	return scope
}

// Close gives the scope back early. Captures on it from then on use the root scope.
func (s *Scope) Close() {
	if s != nil {
		s.handle.close()
	}
}

// do makes one call on the scope, which stays alive until that returns.
func (s *Scope) do(call func(scope int64) int32) error {
	if s == nil {
		return nil
	}
	status := call(s.handle.get())
	runtime.KeepAlive(s)
	if status < 0 && Available {
		return errorOf(status)
	}
	return nil
}

// doJSON makes one call that takes a value as JSON.
func (s *Scope) doJSON(value any, call func(scope int64, json string) int32) error {
	if s == nil {
		return nil
	}
	text, err := encode(value)
	if err != nil {
		return err
	}
	return s.do(func(scope int64) int32 { return call(scope, text) })
}

// JSON is what the scope itself holds.
func (s *Scope) JSON() string {
	return s.text(core.Scope_json)
}

// MergedJSON is what an event captured on the scope would get from all its layers.
func (s *Scope) MergedJSON() string {
	return s.text(core.Scope_merged_json)
}

// LastEventID is that of the last event that was captured on this isolation scope or one of its
// current scopes, or nil.
func (s *Scope) LastEventID() *EventID {
	if text := s.text(core.Scope_last_event_id); text != "" {
		id := EventID(text)
		return &id
	}
	return nil
}

func (s *Scope) text(get func(scope int64, buf []byte) int64) string {
	if s == nil {
		return ""
	}
	text, _ := textOf(func(buf []byte) int64 { return get(s.handle.get(), buf) })
	runtime.KeepAlive(s)
	return text
}

// String is for logs.
func (s *Scope) String() string {
	return fmt.Sprintf("tocsin.Scope(%d)", s.Handle())
}
