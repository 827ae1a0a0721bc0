package tocsin

import (
	"context"
	"runtime"

	"tocsin/internal/core"
)

// ContinueTrace puts the isolation scope into the trace that came with a request or a message.
// headers are its header values, names in any case; what says nothing of traces is passed over, and
// what cannot be used starts a new trace.
func (s *Scope) ContinueTrace(headers map[string]string) error {
	if headers == nil {
		headers = map[string]string{}
	}
	return s.Isolation().doJSON(headers, core.Scope_continue_trace)
}

// TraceHeaders are the values to send along with a request, a message or into a template, for
// whoever is to go on in this trace.
func (s *Scope) TraceHeaders() map[string]string {
	return s.headers(core.Scope_trace_headers)
}

// RequestHeaders are those for one request to a URL, empty if that is none to tell of the trace.
// baggage is what the request has in that header already, which stays.
func (s *Scope) RequestHeaders(url, baggage string) map[string]string {
	return s.headers(func(scope int64, buf []byte) int64 {
		return core.Scope_request_headers(scope, url, baggage, buf)
	})
}

func (s *Scope) headers(get func(scope int64, buf []byte) int64) map[string]string {
	headers := map[string]string{}
	if text := s.text(get); text != "" {
		_ = decode(text, &headers)
	}
	runtime.KeepAlive(s)
	return headers
}

// ContinueTrace is Scope.ContinueTrace of the isolation scope.
func ContinueTrace(ctx context.Context, headers map[string]string) error {
	return isolationOf(ctx).ContinueTrace(headers)
}

// TraceHeaders is Scope.TraceHeaders of the isolation scope.
func TraceHeaders(ctx context.Context) map[string]string {
	return isolationOf(ctx).TraceHeaders()
}

// GetTraceparent is the value for the header sentry-trace.
func GetTraceparent(ctx context.Context) string {
	return TraceHeaders(ctx)["sentry-trace"]
}

// GetBaggage is the value for the header baggage.
func GetBaggage(ctx context.Context) string {
	return TraceHeaders(ctx)["baggage"]
}
