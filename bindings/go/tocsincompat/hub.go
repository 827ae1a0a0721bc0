// Package tocsincompat has the hub of older SDKs: a client and a stack of scopes, for code that is
// being taken over. New code passes scopes in a context instead, which no goroutine can take away
// from another: a hub must not be shared by goroutines that push and pop.
//
//	hub := tocsincompat.CurrentHub().Clone()
//	hub.WithScope(func(scope *tocsincompat.Scope) {
//		scope.SetTag("step", "pay")
//		hub.CaptureException(err)
//	})
package tocsincompat

import (
	"sync"

	"tocsin"
)

// What older code calls things.
type (
	Scope         = tocsin.Scope
	Client        = tocsin.Client
	ClientOptions = tocsin.Options
	Event         = tocsin.Event
	EventID       = tocsin.EventID
	Hint          = tocsin.Hint
	EventHint     = tocsin.Hint
	User          = tocsin.User
	Level         = tocsin.Level
	Breadcrumb    = tocsin.Breadcrumb
	Context       = map[string]any
)

// Hub is a client and a stack of scopes. One without a client of its own follows Init.
type Hub struct {
	lock   sync.Mutex
	client *Client  // guarded by lock; nil: the one that Init opened
	stack  []*Scope // guarded by lock; empty: the client's root scope
}

var current = &Hub{}

// CurrentHub is the one that the functions of this package work on.
func CurrentHub() *Hub {
	return current
}

// NewHub is a hub of a client and a scope; nil: the client's root scope.
func NewHub(client *Client, scope *Scope) *Hub {
	hub := &Hub{client: client}
	if scope != nil {
		hub.stack = []*Scope{scope}
	}
	return hub
}

// Client is the one that captures go to.
func (h *Hub) Client() *Client {
	h.lock.Lock()
	defer h.lock.Unlock()
	return h.clientLocked()
}

func (h *Hub) clientLocked() *Client {
	if h.client != nil {
		return h.client
	}
	return tocsin.CurrentClient()
}

// BindClient gives the hub another client, and that one's root scope.
func (h *Hub) BindClient(client *Client) {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.client, h.stack = client, nil
}

// Scope is the innermost one.
func (h *Hub) Scope() *Scope {
	h.lock.Lock()
	defer h.lock.Unlock()
	return h.topLocked()
}

func (h *Hub) topLocked() *Scope {
	if len(h.stack) > 0 {
		return h.stack[len(h.stack)-1]
	}
	return h.clientLocked().Scope()
}

// Clone is a hub with a copy of the innermost scope, for a request or a goroutine.
func (h *Hub) Clone() *Hub {
	h.lock.Lock()
	defer h.lock.Unlock()
	return NewHub(h.client, h.topLocked().ForkIsolation())
}

// PushScope makes a copy of the innermost scope the innermost one.
func (h *Hub) PushScope() *Scope {
	h.lock.Lock()
	defer h.lock.Unlock()
	scope := h.topLocked().Fork()
	h.stack = append(h.stack, scope)
	return scope
}

// PopScope goes back to the scope before the last PushScope.
func (h *Hub) PopScope() {
	h.lock.Lock()
	defer h.lock.Unlock()
	if len(h.stack) > 0 {
		h.stack = h.stack[:len(h.stack)-1]
	}
}

// WithScope pushes a scope for the time of f.
func (h *Hub) WithScope(f func(scope *Scope)) {
	h.lock.Lock()
	depth := len(h.stack)
	h.lock.Unlock()
	scope := h.PushScope()
	defer func() {
		h.lock.Lock()
		defer h.lock.Unlock()
		if len(h.stack) > depth {
			h.stack = h.stack[:depth]
		}
	}()
	f(scope)
}

// ConfigureScope changes the innermost scope.
func (h *Hub) ConfigureScope(f func(scope *Scope)) {
	f(h.Scope())
}
