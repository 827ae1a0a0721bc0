// Package tocsinhttp is for both sides of net/http: a middleware that gives each request a scope of
// its own and reports its panics, and a RoundTripper that leaves breadcrumbs of requests that go out
// and tells the other side of the trace.
//
//	http.ListenAndServe(addr, tocsinhttp.New(tocsinhttp.Options{}).Handle(mux))
//
// The handler finds the scope in the request's context. The http.ResponseWriter is handed on as it
// is, so whatever it can do (Flusher, Hijacker, ReaderFrom) it still can.
package tocsinhttp

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"tocsin"
	"tocsin/internal/served"
)

// Options say what becomes of a panic after it was reported, and what to believe of a request.
// Without Repanic the connection is hung up, as net/http does when nobody recovers: a request that
// failed must not look like one that went well.
type Options struct {
	Repanic         bool           // let it go on, for a recovering handler further out
	WaitForDelivery bool           // flush before going on
	Timeout         time.Duration  // of that flush; 0: two seconds
	Client          *tocsin.Client // nil: the one that Init opened, or that of the request's scope

	// TrustedProxies are addresses and networks ("10.0.0.0/8") whose X-Forwarded-For and
	// X-Forwarded-Proto are believed. Others' are not: anybody can send these headers.
	TrustedProxies []string
	// Route names what a request is for, such as "/users/{id}", for routers that do not tell it
	// net/http's way; empty: it does not know.
	Route func(request *http.Request) string
}

// Handler makes handlers.
type Handler struct {
	options Options
	trusted []netip.Prefix
}

// New is a maker of handlers. What is no address among the trusted proxies is trusted by nobody.
func New(options Options) *Handler {
	if options.Timeout == 0 {
		options.Timeout = 2 * time.Second
	}
	return &Handler{options, prefixesOf(options.TrustedProxies)}
}

// Handle wraps a handler. A ServeMux, and whatever has its method Handler, is asked for the route.
func (h *Handler) Handle(next http.Handler) http.Handler {
	router, _ := next.(router)
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		h.serve(writer, request, next.ServeHTTP, router)
	})
}

// HandleFunc wraps a function.
func (h *Handler) HandleFunc(next http.HandlerFunc) http.HandlerFunc {
	return func(writer http.ResponseWriter, request *http.Request) {
		h.serve(writer, request, next, nil)
	}
}

func (h *Handler) serve(writer http.ResponseWriter, request *http.Request, next http.HandlerFunc,
	router router) {
	scope := h.scopeFor(request.Context())
	if scope == nil {
		next(writer, request)
		return
	}
	h.describe(scope, request, router)
	request = served.Request(request, tocsin.ContextWithScope(request.Context(), scope))
	keepBody(scope, request)
	defer h.report(scope, request)
	next(writer, request)
}

// scopeFor never uses the scope it finds, only a copy: requests at a time must not meet.
func (h *Handler) scopeFor(ctx context.Context) *tocsin.Scope {
	if h.options.Client != nil {
		return h.options.Client.Scope().ForkIsolation()
	}
	return tocsin.ScopeFromContext(ctx).ForkIsolation()
}

// describe says what is known before the handler runs.
func (h *Handler) describe(scope *tocsin.Scope, request *http.Request, router router) {
	isolation := scope.Isolation()
	if came := traceOf(request.Header); len(came) > 0 {
		isolation.ContinueTrace(came)
	} else {
		isolation.NewTrace()
	}
	scheme, address := h.originOf(request)
	isolation.SetRequest(dataOf(scope.Client(), request, scheme))
	if address != "" && scope.Client().SendsDefaultPII() {
		user, _ := isolation.User()
		user.IPAddress = address
		isolation.SetUser(user)
	}
	name, source := request.Method+" "+request.URL.Path, "url"
	if route := h.routeOf(request, router); route != "" {
		name, source = nameOf(request, route), "route"
	}
	scope.SetTransaction(name, source)
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
	h.nameLate(scope, request)
	id := scope.CapturePanic(raised, tocsin.WithHint(&tocsin.Hint{Context: request.Context(), Request: request}))
	if h.options.WaitForDelivery || h.options.Repanic {
		scope.Client().Flush(h.options.Timeout)
	}
	if h.options.Repanic || id == nil {
		panic(raised) // what is reported nowhere else, net/http logs
	}
	panic(http.ErrAbortHandler)
}
