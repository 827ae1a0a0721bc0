package tocsinhttp

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"tocsin"
)

// RoundTripper lets requests out: each leaves a breadcrumb on the isolation scope of its context, and
// goes with the headers that tell the other side of the trace. Put it into an http.Client:
//
//	client := &http.Client{Transport: &tocsinhttp.RoundTripper{}}
//
// The caller's request is not changed. The integration "stdlib" turns it off.
type RoundTripper struct {
	Base http.RoundTripper // nil: http.DefaultTransport
}

// RoundTrip does one request.
func (r *RoundTripper) RoundTrip(request *http.Request) (*http.Response, error) {
	base := r.Base
	if base == nil {
		base = http.DefaultTransport
	}
	scope := tocsin.ScopeFromContext(request.Context())
	client := scope.Client()
	if !client.Enabled() || !client.UseIntegration("stdlib") {
		return base.RoundTrip(request)
	}
	sent := withTrace(scope, request)
	started := time.Now()
	response, err := base.RoundTrip(sent)
	scope.Isolation().AddBreadcrumb(crumbOf(client, request, response, err, time.Since(started)),
		&tocsin.Hint{Context: request.Context(), Request: request, Response: response,
			OriginalException: err})
	return response, err
}

// CloseIdleConnections is for http.Client's method of that name.
func (r *RoundTripper) CloseIdleConnections() {
	if closer, ok := r.Base.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	} else if r.Base == nil {
		http.DefaultClient.CloseIdleConnections()
	}
}

// withTrace is the request itself where there is nothing to tell, else a copy. What the program
// itself says of a trace stays.
func withTrace(scope *tocsin.Scope, request *http.Request) *http.Request {
	headers := scope.RequestHeaders(request.URL.String(), strings.Join(request.Header["Baggage"], ","))
	if len(headers) == 0 || request.Header.Get("Sentry-Trace") != "" {
		return request
	}
	sent := request.Clone(request.Context())
	if sent.Header == nil {
		sent.Header = http.Header{}
	}
	for name, value := range headers {
		if http.CanonicalHeaderKey(name) == "Traceparent" && sent.Header.Get(name) != "" {
			continue
		}
		sent.Header.Set(name, value)
	}
	return sent
}

func crumbOf(client *tocsin.Client, request *http.Request, response *http.Response, err error,
	took time.Duration) tocsin.Breadcrumb {
	data := map[string]any{"method": methodOf(request), "url": plainURL(request.URL),
		"duration_ms": took.Milliseconds()}
	if client.SendsDefaultPII() && request.URL.RawQuery != "" {
		data["http.query"] = plainQuery(client, request.URL.RawQuery)
	}
	crumb := tocsin.Breadcrumb{Type: "http", Category: "http", Level: tocsin.LevelInfo, Data: data}
	switch {
	case err != nil:
		crumb.Level = tocsin.LevelError
		data["reason"] = err.Error()
	case response.StatusCode >= 500:
		crumb.Level = tocsin.LevelError
	case response.StatusCode >= 400:
		crumb.Level = tocsin.LevelWarning
	}
	if response != nil {
		data["status_code"] = response.StatusCode
	}
	return crumb
}

func methodOf(request *http.Request) string {
	if request.Method == "" {
		return http.MethodGet
	}
	return request.Method
}

// plainURL has no user, password, query or fragment.
func plainURL(full *url.URL) string {
	plain := url.URL{Scheme: full.Scheme, Host: full.Host, Path: full.Path, RawPath: full.RawPath}
	return plain.String()
}
