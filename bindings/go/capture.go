package tocsin

import (
	"context"

	"tocsin/internal/core"
	"tocsin/internal/served"
)

// CaptureOption changes one capture.
type CaptureOption func(*capture)

// capture is one on its way.
type capture struct {
	source  int
	text    string // JSON of an event; of a plain message or exception what direct takes
	direct  func(scope int64, text string, overlay int64, id []byte) int32
	level   Level
	fields  Event // what the event has besides
	overlay *Scope
	hint    *Hint
	handled bool
}

// WithLevel gives the event a level. One on a scope wins.
func WithLevel(level Level) CaptureOption {
	return func(c *capture) { c.level = level }
}

// WithFields gives the event of an error further members, such as "logger" or "extra".
func WithFields(fields Event) CaptureOption {
	return func(c *capture) { c.fields = fields }
}

// WithHint shows hooks what the program knows about the event.
func WithHint(hint *Hint) CaptureOption {
	return func(c *capture) {
		if hint != nil {
			copied := *hint
			c.hint = &copied
		}
	}
}

// WithOverlay lets the data of a scope, mostly of Client.NewScope, count for this event alone and
// win over all others; put attachments of one event on it.
func WithOverlay(overlay *Scope) CaptureOption {
	return func(c *capture) { c.overlay = overlay }
}

func newCapture(source int, options []CaptureOption) *capture {
	c := &capture{source: source, hint: &Hint{}, handled: true}
	for _, option := range options {
		option(c)
	}
	return c
}

// CaptureException reports an error with its chain of causes and the stack it came from: its own if
// it carries one, else the caller's. It returns nil if the event ended before the queue.
func (s *Scope) CaptureException(err error, options ...CaptureOption) (id *EventID) {
	if s == nil || err == nil || !s.client.Enabled() {
		return nil
	}
	defer s.contain(&id)
	c := newCapture(core.CAPTURE_EXCEPTION, options)
	c.hint.OriginalException = err
	return s.captureError(c, err, callers())
}

// captureError reports an error and its causes, by the caller's stack if it brought none.
func (s *Scope) captureError(c *capture, err error, caller []uintptr) *EventID {
	values, stack := s.client.stacks.chain(err, caller)
	c.hint.Traceback = stack
	return s.captureValues(c, values)
}

// captureValues reports exceptions, the cause first.
func (s *Scope) captureValues(c *capture, values []exception) *EventID {
	mechanisms(values, c.handled)
	if c.level == "" && c.fields == nil {
		text, err := encode(values)
		if err != nil {
			s.client.complain("an exception was not captured", err)
			return nil
		}
		c.text, c.direct = text, core.Scope_capture_exception
	} else {
		event := copyOf(c.fields)
		event["exception"] = map[string]any{"values": values}
		if !s.encodeEvent(c, event) {
			return nil
		}
	}
	return s.deliver(c)
}

// encodeEvent makes an event the capture's text.
func (s *Scope) encodeEvent(c *capture, event Event) bool {
	if c.level != "" {
		event["level"] = string(c.level)
	}
	text, err := encode(event)
	if err != nil {
		s.client.complain("an event was not captured", err)
		return false
	}
	c.text = text
	return true
}

// CaptureMessage reports a text, at level info if nothing says otherwise.
func (s *Scope) CaptureMessage(message string, options ...CaptureOption) (id *EventID) {
	if s == nil || !s.client.Enabled() {
		return nil
	}
	defer s.contain(&id)
	c := newCapture(core.CAPTURE_MESSAGE, options)
	if !s.client.stacks.attach {
		level := c.level.number()
		c.text = message
		c.direct = func(scope int64, text string, overlay int64, id []byte) int32 {
			return core.Scope_capture_message(scope, text, level, overlay, id)
		}
		return s.deliver(c)
	}
	event := messageEvent(message)
	event["threads"] = map[string]any{"values": []any{map[string]any{
		"current": true, "stacktrace": s.client.stacks.trace(callers())}}}
	if !s.encodeEvent(c, event) {
		return nil
	}
	return s.deliver(c)
}

func messageEvent(message string) Event {
	return Event{"logentry": map[string]any{"formatted": message}}
}

// CaptureEvent reports a whole event, which is left as it is.
func (s *Scope) CaptureEvent(event Event, options ...CaptureOption) (id *EventID) {
	if s == nil || event == nil || !s.client.Enabled() {
		return nil
	}
	defer s.contain(&id)
	c := newCapture(core.CAPTURE_EVENT, options)
	if !s.encodeEvent(c, copyOf(event)) {
		return nil
	}
	c.direct = core.Scope_capture_event
	return s.deliver(c)
}

func copyOf(event Event) Event {
	copied := Event{}
	for name, value := range event {
		copied[name] = value
	}
	return copied
}

// contain keeps a mistake of ours, or of a method of the error, from the program.
func (s *Scope) contain(id **EventID) {
	if raised := recover(); raised != nil {
		s.client.complain("a capture panicked", raised)
		*id = nil
	}
}

// withContext gives hooks the context of the call, and the request served under it, if nobody did.
func withContext(ctx context.Context, options []CaptureOption) []CaptureOption {
	return append(options[:len(options):len(options)], func(c *capture) {
		if c.hint.Context == nil {
			c.hint.Context = ctx
		}
		if c.hint.Request == nil {
			c.hint.Request = served.Of(c.hint.Context)
		}
	})
}

// CaptureException reports an error on the current scope.
func CaptureException(ctx context.Context, err error, options ...CaptureOption) *EventID {
	return ScopeFromContext(ctx).CaptureException(err, withContext(ctx, options)...)
}

// CaptureMessage reports a text on the current scope.
func CaptureMessage(ctx context.Context, message string, options ...CaptureOption) *EventID {
	return ScopeFromContext(ctx).CaptureMessage(message, withContext(ctx, options)...)
}

// CaptureEvent reports a whole event on the current scope.
func CaptureEvent(ctx context.Context, event Event, options ...CaptureOption) *EventID {
	return ScopeFromContext(ctx).CaptureEvent(event, withContext(ctx, options)...)
}
