package tocsincompat

import (
	"context"
	"time"

	"tocsin"
)

// CaptureException reports an error on the innermost scope.
func (h *Hub) CaptureException(err error) *EventID {
	return h.Scope().CaptureException(err)
}

// CaptureMessage reports a text on the innermost scope.
func (h *Hub) CaptureMessage(message string) *EventID {
	return h.Scope().CaptureMessage(message)
}

// CaptureEvent reports a whole event on the innermost scope.
func (h *Hub) CaptureEvent(event Event) *EventID {
	return h.Scope().CaptureEvent(event)
}

// AddBreadcrumb adds one to the innermost scope.
func (h *Hub) AddBreadcrumb(crumb *Breadcrumb, hint *Hint) {
	if crumb != nil {
		_ = h.Scope().AddBreadcrumb(*crumb, hint)
	}
}

// Recover reports what the caller's own recover returned; nil is nothing.
func (h *Hub) Recover(raised any) *EventID {
	return h.RecoverWithContext(nil, raised)
}

// RecoverWithContext is Recover; hooks are shown the context.
func (h *Hub) RecoverWithContext(ctx context.Context, raised any) *EventID {
	return h.Scope().CapturePanic(raised, tocsin.WithHint(&Hint{Context: ctx}))
}

// LastEventID is that of the hub's last event, or empty.
func (h *Hub) LastEventID() EventID {
	if id := h.Scope().Isolation().LastEventID(); id != nil {
		return *id
	}
	return ""
}

// Flush waits until everything has had its fate, and says whether that was in time.
func (h *Hub) Flush(timeout time.Duration) bool {
	return h.Client().Flush(timeout)
}

// GetTraceparent is the value for the header sentry-trace.
func (h *Hub) GetTraceparent() string {
	return h.Scope().TraceHeaders()["sentry-trace"]
}

// GetBaggage is the value for the header baggage.
func (h *Hub) GetBaggage() string {
	return h.Scope().TraceHeaders()["baggage"]
}

// ContinueTrace puts the hub into the trace that came with these values.
func (h *Hub) ContinueTrace(trace, baggage string) {
	_ = h.Scope().ContinueTrace(map[string]string{"sentry-trace": trace, "baggage": baggage})
}

type hubKey struct{}

// SetHubOnContext is a context that carries the hub, and its innermost scope for package tocsin.
func SetHubOnContext(ctx context.Context, hub *Hub) context.Context {
	ctx = tocsin.ContextWithScope(ctx, hub.Scope())
	return context.WithValue(ctx, hubKey{}, hub)
}

// GetHubFromContext is the hub of a context, or one of the scope that package tocsin or tocsinhttp put
// there, or nil.
func GetHubFromContext(ctx context.Context) *Hub {
	if ctx == nil {
		return nil
	}
	scope := tocsin.ScopeFromContext(ctx)
	if hub, ok := ctx.Value(hubKey{}).(*Hub); ok {
		return hub
	}
	if scope == nil || scope == tocsin.CurrentClient().Scope() {
		return nil
	}
	return NewHub(scope.Client(), scope)
}

// HasHubOnContext says whether GetHubFromContext would find one.
func HasHubOnContext(ctx context.Context) bool {
	return GetHubFromContext(ctx) != nil
}
