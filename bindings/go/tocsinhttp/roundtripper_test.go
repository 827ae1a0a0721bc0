package tocsinhttp_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"tocsin"
	"tocsin/tocsinhttp"
	"tocsin/tocsintest"
)

// echo answers with the headers it was asked with.
func echo(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"Sentry-Trace", "Baggage"} {
			w.Header().Set("Got-"+name, r.Header.Get(name))
		}
		if r.URL.Path == "/missing" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

func crumbsOf(event tocsin.Event) []map[string]any {
	values, _ := event.Object("breadcrumbs")["values"].([]any)
	var crumbs []map[string]any
	for _, value := range values {
		crumbs = append(crumbs, value.(map[string]any))
	}
	return crumbs
}

func TestARequestThatGoesOutLeavesABreadcrumbAndTakesTheTraceAlong(t *testing.T) {
	var hint *tocsin.Hint
	recorder := tocsintest.New(t, tocsin.Options{Dsn: "http://key@h/1", BeforeBreadcrumb: func(crumb *tocsin.Breadcrumb, given *tocsin.Hint) *tocsin.Breadcrumb {
		hint = given
		return crumb
	}})
	server, ctx := echo(t), recorder.Context()
	request, _ := http.NewRequestWithContext(ctx, "GET", server.URL+"/missing?token=hunter2", nil)
	request.Header.Set("Baggage", "mine=1")
	before := request.Header.Clone()
	client := &http.Client{Transport: &tocsinhttp.RoundTripper{}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if !reflect.DeepEqual(before, request.Header) {
		t.Errorf("the caller's request was changed: %v", request.Header)
	}
	trace := tocsin.GetTraceparent(ctx)
	if got := response.Header.Get("Got-Sentry-Trace"); got == "" || got[:32] != trace[:32] {
		t.Errorf("got trace %q of %q", got, trace)
	}
	if got := response.Header.Get("Got-Baggage"); !strings.HasPrefix(got, "mine=1,sentry-") {
		t.Errorf("got baggage %q", got)
	}
	if hint.Request == nil || hint.Request.URL.Path != "/missing" || hint.Response == nil || hint.Response.StatusCode != 404 {
		t.Errorf("hint: %v", hint)
	}
	tocsin.CaptureMessage(ctx, "x")
	event := recorder.Only()
	crumb := crumbsOf(event)[0]
	data := crumb["data"].(map[string]any)
	if data["url"] != server.URL+"/missing" || data["method"] != "GET" || data["status_code"] != 404.0 ||
		crumb["type"] != "http" || crumb["level"] != "warning" {
		t.Errorf("got %v", crumb)
	}
	names := event.Object("sdk")["integrations"].([]any)
	if names[len(names)-1] != "stdlib" {
		t.Errorf("in use: %v", names)
	}
}

func TestARequestThatFailsLeavesABreadcrumbToo(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{SendDefaultPII: true})
	failed := errors.New("no way there")
	base := tripper(func(*http.Request) (*http.Response, error) { return nil, failed })
	ctx := recorder.Context()
	request, _ := http.NewRequestWithContext(ctx, "", "http://me:hunter2@h/p?q=1&token=hunter2#f", nil)
	if _, err := (&tocsinhttp.RoundTripper{Base: base}).RoundTrip(request); err != failed {
		t.Errorf("got %v", err)
	}
	tocsin.CaptureMessage(ctx, "x")
	crumb := crumbsOf(recorder.Only())[0]
	data := crumb["data"].(map[string]any)
	if data["url"] != "http://h/p" || data["http.query"] != "q=1&token=[Filtered]" || data["reason"] != "no way there" || crumb["level"] != "error" {
		t.Errorf("got %v", crumb)
	}
}

type tripper func(*http.Request) (*http.Response, error)

func (t tripper) RoundTrip(request *http.Request) (*http.Response, error) { return t(request) }

func TestRequestsGoOutUntouchedWithoutTheIntegrationOrAClient(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{Integrations: []tocsin.Integration{tocsin.Off("stdlib")}})
	server := echo(t)
	client := &http.Client{Transport: &tocsinhttp.RoundTripper{}}
	defer client.CloseIdleConnections()
	ctx := recorder.Context()
	for _, request := range []*http.Request{
		httptest.NewRequest("GET", server.URL, nil).WithContext(ctx),
		httptest.NewRequest("GET", server.URL, nil),
	} {
		request.RequestURI = ""
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if got := response.Header.Get("Got-Sentry-Trace"); got != "" {
			t.Errorf("got trace %q", got)
		}
	}
	tocsin.CaptureMessage(ctx, "x")
	if crumbs := crumbsOf(recorder.Only()); crumbs != nil {
		t.Errorf("got %v", crumbs)
	}
}

func TestTracesStayWithinTheirTargets(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{Settings: map[string]any{"trace_propagation_targets": []string{"friend.example"}}})
	server := echo(t)
	request, _ := http.NewRequestWithContext(recorder.Context(), "GET", server.URL, nil)
	response, err := (&http.Client{Transport: &tocsinhttp.RoundTripper{}}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got := response.Header.Get("Got-Sentry-Trace"); got != "" {
		t.Errorf("got trace %q", got)
	}
}
