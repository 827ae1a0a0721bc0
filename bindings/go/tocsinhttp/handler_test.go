package tocsinhttp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"tocsin"
	"tocsin/internal/testclient"
	"tocsin/tocsinhttp"
)

func sent(t *testing.T, client *tocsin.Client) []tocsin.Event {
	t.Helper()
	var events []tocsin.Event
	for {
		envelope, err := client.NextEnvelope(0)
		if err != nil || envelope == nil {
			return events
		}
		var event tocsin.Event
		if err := json.Unmarshal([]byte(strings.Split(string(envelope.Bytes()), "\n")[2]), &event); err != nil {
			t.Fatal(err)
		}
		events = append(events, event)
		if err := envelope.Done(200, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func serve(t *testing.T, options tocsinhttp.Options, f http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(tocsinhttp.New(options).Handle(f))
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	request, _ := http.NewRequest("GET", url, nil)
	request.Header.Set("Authorization", "Bearer hunter2")
	request.Header.Set("X-Kind", "test")
	request.Close = true // a reused connection that is hung up is tried again
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(body)
}

func TestAPanicIsReportedWithItsRequest(t *testing.T) {
	var hint *tocsin.Hint
	client := testclient.Open(t, tocsin.Options{BeforeSend: func(event tocsin.Event, given *tocsin.Hint) tocsin.Event {
		hint = given
		return event
	}})
	server := serve(t, tocsinhttp.Options{Client: client}, func(http.ResponseWriter, *http.Request) {
		panic(errors.New("boom"))
	})
	if status, _ := get(t, server.URL+"/shop?item=7"); status != 0 {
		t.Errorf("answered %d", status)
	}
	events := sent(t, client)
	if len(events) != 1 {
		t.Fatalf("%d events", len(events))
	}
	request, headers := events[0].Object("request"), map[string]any{}
	headers, _ = request["headers"].(map[string]any)
	text := fmt.Sprint(request["method"], request["url"], request["query_string"], headers["X-Kind"],
		headers["Authorization"], events[0]["transaction"], events[0]["level"])
	if text != fmt.Sprint("GET", server.URL+"/shop", "item=7", "test", nil, "GET /shop", "fatal") {
		t.Errorf("got %s", text)
	}
	if text := fmt.Sprint(request); strings.Contains(text, "hunter2") || strings.Contains(text, "127.0.0.1:") &&
		strings.Contains(text, "REMOTE_ADDR") {
		t.Errorf("personal data: %s", text)
	}
	if hint.Request == nil || hint.Request.URL.Path != "/shop" {
		t.Errorf("hint: %v", hint.Request)
	}
}

func TestWhatAHandlerCapturesIsHintedWithItsRequest(t *testing.T) {
	var hint *tocsin.Hint
	var mine *http.Request
	client := testclient.Open(t, tocsin.Options{BeforeSend: func(event tocsin.Event, given *tocsin.Hint) tocsin.Event {
		hint = given
		return event
	}})
	server := serve(t, tocsinhttp.Options{Client: client}, func(_ http.ResponseWriter, request *http.Request) {
		mine = request
		tocsin.WithScope(request.Context(), func(ctx context.Context, _ *tocsin.Scope) {
			tocsin.CaptureException(ctx, errors.New("boom"))
		})
	})
	get(t, server.URL+"/shop")
	if hint == nil || hint.Request == nil || hint.Request != mine {
		t.Errorf("hint: %+v", hint)
	}
}

func TestPersonalDataIsSentIfAllowed(t *testing.T) {
	client := testclient.Open(t, tocsin.Options{SendDefaultPII: true})
	server := serve(t, tocsinhttp.Options{Client: client}, func(_ http.ResponseWriter, r *http.Request) {
		tocsin.CaptureMessage(r.Context(), "x")
	})
	get(t, server.URL)
	text := fmt.Sprint(sent(t, client)[0]["request"])
	if !strings.Contains(text, "hunter2") || !strings.Contains(text, "REMOTE_ADDR") {
		t.Errorf("got %s", text)
	}
}

func TestHangingUpIsNoError(t *testing.T) {
	client := testclient.Open(t, tocsin.Options{})
	server := serve(t, tocsinhttp.Options{Client: client}, func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	})
	if status, _ := get(t, server.URL); status != 0 {
		t.Errorf("answered %d", status)
	}
	if events := sent(t, client); len(events) != 0 {
		t.Errorf("%d events", len(events))
	}
}

func TestAPanicThatIsNotReportedGoesOn(t *testing.T) {
	client := testclient.Open(t, tocsin.Options{})
	client.Close(0)
	inner := tocsinhttp.New(tocsinhttp.Options{Client: client}).HandleFunc(
		func(http.ResponseWriter, *http.Request) { panic("boom") })
	defer func() {
		if raised := recover(); raised != "boom" {
			t.Errorf("recovered %v", raised)
		}
	}()
	inner(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

func TestRepanicReachesWhoIsFurtherOut(t *testing.T) {
	client := testclient.Open(t, tocsin.Options{})
	options := tocsinhttp.Options{Client: client, Repanic: true, Timeout: 1}
	inner := tocsinhttp.New(options).HandleFunc(func(http.ResponseWriter, *http.Request) { panic("boom") })
	defer func() {
		if raised := recover(); raised != "boom" || len(sent(t, client)) != 1 {
			t.Errorf("recovered %v", raised)
		}
	}()
	inner(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

func TestTheWriterKeepsItsAbilities(t *testing.T) {
	client := testclient.Open(t, tocsin.Options{})
	server := serve(t, tocsinhttp.Options{Client: client}, func(w http.ResponseWriter, _ *http.Request) {
		_, flusher := w.(http.Flusher)
		_, hijacker := w.(http.Hijacker)
		_, reader := w.(io.ReaderFrom)
		fmt.Fprint(w, flusher, hijacker, reader)
	})
	if _, body := get(t, server.URL); body != "true true true" {
		t.Errorf("got %s", body)
	}
}

func TestRequestsAtATimeDoNotMeet(t *testing.T) {
	client := testclient.Open(t, tocsin.Options{})
	server := serve(t, tocsinhttp.Options{Client: client}, func(_ http.ResponseWriter, r *http.Request) {
		name := r.URL.Query().Get("n")
		tocsin.SetTag(r.Context(), "n"+name, name)
		panic(name)
	})
	var all sync.WaitGroup
	for i := 0; i < 200; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			get(t, fmt.Sprintf("%s/?n=%d", server.URL, i))
		}(i)
	}
	all.Wait()
	events := sent(t, client)
	for _, event := range events {
		values := event.Object("exception")["values"].([]any)
		name := values[0].(map[string]any)["value"].(string)
		if tags := event.Object("tags"); len(tags) != 1 || tags["n"+name] != name {
			t.Errorf("request %s: %v", name, tags)
		}
	}
	if len(events) != 200 {
		t.Errorf("%d events", len(events))
	}
}
