//go:debug httpmuxgo121=0

package tocsinhttp_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin"
	"tocsin/internal/core"
	"tocsin/tocsinhttp"
	"tocsin/tocsintest"
)

func message(_ http.ResponseWriter, request *http.Request) {
	tocsin.CaptureMessage(request.Context(), "x")
}

// ask serves one request and returns the event it left.
func ask(t *testing.T, pii bool, options tocsinhttp.Options, handler http.Handler, change func(*http.Request)) tocsin.Event {
	t.Helper()
	recorder := tocsintest.New(t, tocsin.Options{SendDefaultPII: pii})
	options.Client = recorder.Client
	request := httptest.NewRequest("GET", "http://shop.example/users/7?q=1", nil)
	if change != nil {
		change(request)
	}
	tocsinhttp.New(options).Handle(handler).ServeHTTP(httptest.NewRecorder(), request)
	return recorder.Only()
}

func named(event tocsin.Event) string {
	return fmt.Sprint(event["transaction"], " ", event.Object("transaction_info")["source"])
}

func newer(t *testing.T, minor int) bool {
	t.Helper()
	var release int
	if _, err := fmt.Sscanf(runtime.Version(), "go1.%d", &release); err != nil {
		t.Log("a release of its own name:", runtime.Version())
		return true
	}
	return release >= minor
}

func TestTheRouteNamesTheTransaction(t *testing.T) {
	mux := http.NewServeMux()
	pattern, wanted := "/users/", "GET /users/ route"
	if newer(t, 22) {
		pattern, wanted = "GET /users/{id}", "GET /users/{id} route"
	}
	mux.HandleFunc(pattern, message)
	if got := named(ask(t, false, tocsinhttp.Options{}, mux, nil)); got != wanted {
		t.Errorf("of a mux: got %s", got)
	}
	if got := named(ask(t, false, tocsinhttp.Options{}, http.HandlerFunc(message), nil)); got != "GET /users/7 url" {
		t.Errorf("without a route: got %s", got)
	}
	options := tocsinhttp.Options{Route: func(*http.Request) string { return "/users/:id" }}
	if got := named(ask(t, false, options, http.HandlerFunc(message), nil)); got != "GET /users/:id route" {
		t.Errorf("by the program: got %s", got)
	}
	options.Route = func(*http.Request) string { panic("boom") }
	if got := named(ask(t, false, options, http.HandlerFunc(message), nil)); got != "GET /users/7 url" {
		t.Errorf("by a program that panics: got %s", got)
	}
}

func TestARouteFoundFurtherInNamesAPanic(t *testing.T) {
	if !newer(t, 23) {
		t.Log("requests have no Pattern before Go 1.23")
		return
	}
	recorder := tocsintest.New(t, tocsin.Options{})
	mux := http.NewServeMux()
	mux.HandleFunc("/users/", func(http.ResponseWriter, *http.Request) { panic("boom") })
	inner := func(w http.ResponseWriter, r *http.Request) { mux.ServeHTTP(w, r) }
	handler := tocsinhttp.New(tocsinhttp.Options{Client: recorder.Client}).HandleFunc(inner)
	func() {
		defer func() { _ = recover() }()
		handler(httptest.NewRecorder(), httptest.NewRequest("GET", "/users/7", nil))
	}()
	if got := named(recorder.Only()); got != "GET /users/ route" {
		t.Errorf("got %s", got)
	}
}

func TestTheAddressIsTheUsersOnlyIfAllowed(t *testing.T) {
	address := func(pii bool, change func(*http.Request)) any {
		options := tocsinhttp.Options{TrustedProxies: []string{"192.0.2.0/24", "10.1.1.1", "nonsense"}}
		return ask(t, pii, options, http.HandlerFunc(message), change).Object("user")["ip_address"]
	}
	forwarded := func(list, peer string) func(*http.Request) {
		return func(request *http.Request) {
			request.Header.Set("X-Forwarded-For", list)
			request.RemoteAddr = peer
		}
	}
	cases := []struct {
		pii    bool
		change func(*http.Request)
		wanted any
	}{
		{false, nil, nil},
		{true, nil, "192.0.2.1"},
		{true, forwarded("203.0.113.9", "192.0.2.1:1"), "203.0.113.9"},
		{false, forwarded("203.0.113.9", "192.0.2.1:1"), nil},
		{true, forwarded("203.0.113.9", "203.0.113.1:1"), "203.0.113.1"},
		{true, forwarded("1.1.1.1, 203.0.113.9, 10.1.1.1", "192.0.2.1:1"), "203.0.113.9"},
		{true, forwarded("1.1.1.1, nonsense", "192.0.2.1:1"), "192.0.2.1"},
		{true, forwarded("2001:db8::1", "[::ffff:192.0.2.1]:1"), "2001:db8::1"},
		{true, forwarded("x", "@"), nil},
	}
	for i, one := range cases {
		if got := address(one.pii, one.change); got != one.wanted {
			t.Errorf("case %d: got %v, wanted %v", i, got, one.wanted)
		}
	}
}

func TestWhatIsPersonalOrSecretStaysHere(t *testing.T) {
	event := ask(t, false, tocsinhttp.Options{TrustedProxies: []string{"192.0.2.1"}}, http.HandlerFunc(message),
		func(request *http.Request) {
			for _, name := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "Cookie", "Authorization"} {
				request.Header.Set(name, "203.0.113.9")
			}
			request.URL.RawQuery = "page=2&token=203.0.113.9"
		})
	text := fmt.Sprint(event)
	if !strings.Contains(text, "page=2") || strings.Contains(text, "203.0.113.9") || strings.Contains(text, "192.0.2.1") {
		t.Errorf("got %s", text)
	}
}

func TestTheSchemeIsBelievedOfTrustedProxiesAlone(t *testing.T) {
	secure := func(request *http.Request) { request.Header.Set("X-Forwarded-Proto", "https") }
	for _, proxies := range [][]string{{"192.0.2.1"}, nil} {
		event := ask(t, false, tocsinhttp.Options{TrustedProxies: proxies}, http.HandlerFunc(message), secure)
		wanted := map[bool]string{true: "https", false: "http"}[proxies != nil] + "://shop.example/users/7"
		if got := event.Object("request")["url"]; got != wanted {
			t.Errorf("got %v, wanted %s", got, wanted)
		}
	}
}

func TestARequestContinuesItsTraceOrBeginsOne(t *testing.T) {
	trace := "771a43a4192642f0b136d5159a501700"
	traceIn := func(event tocsin.Event) string {
		return event.Object("contexts")["trace"].(map[string]any)["trace_id"].(string)
	}
	event := ask(t, false, tocsinhttp.Options{}, http.HandlerFunc(message), func(request *http.Request) {
		request.Header.Set("Sentry-Trace", trace+"-1234567890abcdef-1")
	})
	if got := traceIn(event); got != trace {
		t.Errorf("got %s", got)
	}
	recorder := tocsintest.New(t, tocsin.Options{})
	handler := tocsinhttp.New(tocsinhttp.Options{Client: recorder.Client}).HandleFunc(message)
	handler(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	handler(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if events := recorder.Events(); traceIn(events[0]) == traceIn(events[1]) {
		t.Error("two requests are in one trace")
	}
}

// Two hundred at a time, each with a goroutine that outlives it; then nothing of them is left.
func TestNoScopeOfARequestIsLeftBehind(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{})
	late := make(chan bool)
	done := make(chan bool, 200)
	server := serve(t, tocsinhttp.Options{Client: recorder.Client}, func(_ http.ResponseWriter, r *http.Request) {
		number := r.URL.Query().Get("n")
		tocsin.SetTag(r.Context(), "n", number)
		tocsin.Go(r.Context(), func(ctx context.Context) {
			<-late
			tocsin.CaptureMessage(ctx, number)
			done <- true
		})
	})
	runtime.GC()
	before := core.Handle_count(int32(core.KIND_SCOPE))
	answers := make(chan bool)
	for i := 0; i < 200; i++ {
		go func(i int) {
			get(t, server.URL+"/?n="+strconv.Itoa(i))
			answers <- true
		}(i)
	}
	for i := 0; i < 200; i++ {
		<-answers
	}
	close(late)
	for i := 0; i < 200; i++ {
		<-done
	}
	events := recorder.Events()
	if len(events) != 200 {
		t.Errorf("%d events", len(events))
	}
	for _, event := range events {
		if event.Object("tags")["n"] != event.Object("logentry")["formatted"] {
			t.Errorf("foreign: %v", event["tags"])
		}
	}
	for end := time.Now().Add(2 * time.Minute); core.Handle_count(int32(core.KIND_SCOPE)) > before; runtime.Gosched() {
		if runtime.GC(); time.Now().After(end) {
			t.Fatalf("%d scopes are alive, before it were %d", core.Handle_count(int32(core.KIND_SCOPE)), before)
		}
	}
}
