// Package tocsinhttp gives each request of net/http a scope of its own and reports its panics.
//
//	http.ListenAndServe(addr, tocsinhttp.New(tocsinhttp.Options{}).Handle(mux))
//
// The handler finds the scope in the request's context. The http.ResponseWriter is handed on as it
// is, so whatever it can do (Flusher, Hijacker, ReaderFrom) it still can.
package tocsinhttp

import (
	"net/http"
	"strings"
	"time"

	"tocsin"
)

// Options say what becomes of a panic after it was reported. Without Repanic the connection is hung
// up, as net/http does when nobody recovers: a request that failed must not look like one that went
// well.
type Options struct {
	Repanic         bool           // let it go on, for a recovering handler further out
	WaitForDelivery bool           // flush before going on
	Timeout         time.Duration  // of that flush; 0: two seconds
	Client          *tocsin.Client // nil: the one that Init opened, or that of the request's scope
}

// Handler makes handlers.
type Handler struct{ options Options }

// New is a maker of handlers.
func New(options Options) *Handler {
	if options.Timeout == 0 {
		options.Timeout = 2 * time.Second
	}
	return &Handler{options}
}

// Handle wraps a handler.
func (h *Handler) Handle(next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		h.serve(writer, request, next.ServeHTTP)
	})
}

// HandleFunc wraps a function.
func (h *Handler) HandleFunc(next http.HandlerFunc) http.HandlerFunc {
	return func(writer http.ResponseWriter, request *http.Request) {
		h.serve(writer, request, next)
	}
}

func (h *Handler) serve(writer http.ResponseWriter, request *http.Request, next http.HandlerFunc) {
	scope := h.scopeFor(request)
	if scope == nil {
		next(writer, request)
		return
	}
	scope.Isolation().SetRequest(dataOf(request))
	scope.SetTransaction(request.Method+" "+request.URL.Path, "url")
	request = request.WithContext(tocsin.ContextWithScope(request.Context(), scope))
	defer h.report(scope, request)
	next(writer, request)
}

// scopeFor never uses the scope it finds, only a copy: requests at a time must not meet.
func (h *Handler) scopeFor(request *http.Request) *tocsin.Scope {
	if h.options.Client != nil {
		return h.options.Client.Scope().ForkIsolation()
	}
	return tocsin.ScopeFromContext(request.Context()).ForkIsolation()
}

// report is deferred. http.ErrAbortHandler is no failure, but a handler's way to hang up.
func (h *Handler) report(scope *tocsin.Scope, request *http.Request) {
	raised := recover()
	if raised == nil {
		return
	}
	if raised == http.ErrAbortHandler {
		panic(raised)
	}
	scope.CapturePanic(raised, tocsin.WithHint(&tocsin.Hint{Context: request.Context(), Request: request}))
	if h.options.WaitForDelivery || h.options.Repanic {
		scope.Client().Flush(h.options.Timeout)
	}
	if h.options.Repanic {
		panic(raised)
	}
	panic(http.ErrAbortHandler)
}

// dataOf is all of it: the library leaves out what is personal, unless send_default_pii is on.
func dataOf(request *http.Request) map[string]any {
	scheme := "http"
	if request.TLS != nil {
		scheme = "https"
	}
	headers := map[string]string{"Host": request.Host}
	for name, values := range request.Header {
		headers[name] = strings.Join(values, ",")
	}
	data := map[string]any{
		"method":  request.Method,
		"url":     scheme + "://" + request.Host + request.URL.Path,
		"headers": headers,
		"env":     map[string]string{"REMOTE_ADDR": request.RemoteAddr},
	}
	if request.URL.RawQuery != "" {
		data["query_string"] = request.URL.RawQuery
	}
	return data
}
