package tocsin

import (
	"context"
	"fmt"
	"net/http"
	"reflect"

	"tocsin/internal/core"
)

// Recover ends a panic and reports it:
//
//	defer tocsin.Recover(ctx)
//
// It has to be deferred itself; called by a deferred function it recovers nothing. It returns nil if
// there was no panic.
func Recover(ctx context.Context, options ...CaptureOption) *EventID {
	if raised := recover(); raised != nil {
		return ScopeFromContext(ctx).CapturePanic(raised, withContext(ctx, options)...)
	}
	return nil
}

// Recover is tocsin.Recover on this scope, to be deferred itself.
func (s *Scope) Recover(options ...CaptureOption) *EventID {
	if raised := recover(); raised != nil {
		return s.CapturePanic(raised, options...)
	}
	return nil
}

// CapturePanic reports what a deferred function of the program's own recovered, at level fatal;
// http.ErrAbortHandler, which is a handler's way to hang up, it does not.
func (s *Scope) CapturePanic(raised any, options ...CaptureOption) (id *EventID) {
	if s == nil || raised == nil || raised == http.ErrAbortHandler || !s.client.Enabled() {
		return nil
	}
	defer s.contain(&id)
	c := newCapture(core.CAPTURE_EXCEPTION, options)
	c.handled = false
	c.hint.Recovered, c.hint.RecoveredException = raised, raised
	if c.level == "" {
		c.level = LevelFatal
	}
	err, ok := raised.(error)
	if !ok {
		err = panicValue{raised}
	}
	c.hint.OriginalException = err
	return s.captureError(c, err, callers())
}

// panicValue is what a program panicked with that is no error.
type panicValue struct{ raised any }

// Error is what the value prints as.
func (p panicValue) Error() string { return fmt.Sprint(p.raised) }

// ErrorType says that it was no error, and what instead.
func (p panicValue) ErrorType() string { return "panic(" + reflect.TypeOf(p.raised).String() + ")" }
