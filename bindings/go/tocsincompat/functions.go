package tocsincompat

import (
	"time"

	"tocsin"
)

// Init opens the client of CurrentHub.
func Init(options ClientOptions) error { return tocsin.Init(options) }

// CaptureException reports an error on the current hub.
func CaptureException(err error) *EventID { return current.CaptureException(err) }

// CaptureMessage reports a text on the current hub.
func CaptureMessage(message string) *EventID { return current.CaptureMessage(message) }

// CaptureEvent reports a whole event on the current hub.
func CaptureEvent(event Event) *EventID { return current.CaptureEvent(event) }

// AddBreadcrumb adds one to the current hub.
func AddBreadcrumb(crumb *Breadcrumb) { current.AddBreadcrumb(crumb, nil) }

// WithScope pushes a scope on the current hub for the time of f.
func WithScope(f func(scope *Scope)) { current.WithScope(f) }

// ConfigureScope changes the innermost scope of the current hub.
func ConfigureScope(f func(scope *Scope)) { current.ConfigureScope(f) }

// PushScope pushes a scope on the current hub.
func PushScope() *Scope { return current.PushScope() }

// PopScope takes it away again.
func PopScope() { current.PopScope() }

// LastEventID is that of the current hub's last event, or empty.
func LastEventID() EventID { return current.LastEventID() }

// Flush waits until everything has had its fate, and says whether that was in time.
func Flush(timeout time.Duration) bool { return current.Flush(timeout) }

// Recover ends a panic and reports it on the current hub. It has to be deferred itself.
func Recover() *EventID {
	if raised := recover(); raised != nil {
		return current.Recover(raised)
	}
	return nil
}
