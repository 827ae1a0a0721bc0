package tocsin_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"tocsin"
)

func TestTheSamplerDecidesWhatIsKept(t *testing.T) {
	rates := map[string]float64{"never": 0, "always": 1, "nonsense": math.NaN(), "too much": 7}
	var hint *tocsin.Hint
	client := open(t, tocsin.Options{ErrorSampler: func(event tocsin.Event, given *tocsin.Hint) float64 {
		hint = given
		text := event.Object("logentry")["formatted"].(string)
		if text == "panics" {
			panic("in a sampler")
		}
		return rates[text]
	}})
	for text := range rates {
		id := client.Scope().CaptureMessage(text, tocsin.WithHint(&tocsin.Hint{Data: text}))
		same(t, text, id != nil, text != "never")
		same(t, "hint", hint.Data, text)
	}
	same(t, "panics", client.Scope().CaptureMessage("panics") != nil, true)
	same(t, "discarded", discarded(t, client), map[string]int{"sample_rate": 1})
	same(t, "events", len(sent(t, client)), 4)
}

func TestHintsCarryTheOriginals(t *testing.T) {
	var hint *tocsin.Hint
	client := open(t, tocsin.Options{BeforeSend: func(event tocsin.Event, given *tocsin.Hint) tocsin.Event {
		hint = given
		return event
	}})
	request, response := &http.Request{}, &http.Response{}
	client.Scope().CaptureException(errDisk, tocsin.WithHint(&tocsin.Hint{Request: request,
		Response: response, LogRecord: "a line"}))
	same(t, "error", hint.OriginalException, errDisk)
	same(t, "request", hint.Request == request && hint.Response == response, true)
	same(t, "record", hint.LogRecord, "a line")
	same(t, "traceback", len(hint.Traceback) > 0, true)
	counters := countersHere()
	client.Scope().CaptureException(caused{traced{counters}})
	same(t, "traceback", hint.Traceback, counters)
	client.Scope().CapturePanic("boom")
	same(t, "recovered", hint.Recovered == "boom" && hint.RecoveredException == "boom", true)
	same(t, "as an error", hint.OriginalException.Error(), "boom")
}

func TestAHandlersHangingUpIsNoPanic(t *testing.T) {
	client := open(t, tocsin.Options{})
	same(t, "id", client.Scope().CapturePanic(http.ErrAbortHandler) == nil, true)
	same(t, "events", len(sent(t, client)), 0)
}

func TestAFileIsAttachedByItsPath(t *testing.T) {
	client := open(t, tocsin.Options{})
	path := filepath.Join(t.TempDir(), "report.txt")
	if err := os.WriteFile(path, []byte("written \x00 before"), 0o600); err != nil {
		t.Fatal(err)
	}
	scope := client.Scope().Fork()
	same(t, "by path", scope.AddAttachment(tocsin.Attachment{Path: path}), nil)
	same(t, "empty", scope.AddAttachment(tocsin.Attachment{Filename: "empty.txt", Payload: []byte{}}), nil)
	same(t, "neither", scope.AddAttachment(tocsin.Attachment{}) != nil, true)
	scope.CaptureMessage("x")
	envelope, _ := client.NextEnvelope(0)
	text := string(envelope.Bytes())
	for _, wanted := range []string{"written \x00 before", `"filename":"report.txt"`, `"filename":"empty.txt"`} {
		same(t, wanted, strings.Contains(text, wanted), true)
	}
}

func TestWhatWasSetCanBeRead(t *testing.T) {
	client := open(t, tocsin.Options{})
	scope := client.Scope().Fork()
	_, has := scope.User()
	same(t, "at first", string(scope.Level())+scope.Transaction(), "")
	same(t, "user", has, false)
	scope.SetLevel(tocsin.LevelWarning)
	scope.SetTransaction("GET /", "route")
	scope.SetUser(tocsin.User{ID: "7", Email: "a@b", Data: map[string]any{"plan": "gold"}})
	same(t, "level", scope.Level(), tocsin.LevelWarning)
	same(t, "transaction", scope.Transaction(), "GET /")
	user, has := scope.User()
	same(t, "user", has, true)
	same(t, "user", user, tocsin.User{ID: "7", Email: "a@b", Data: map[string]any{"plan": "gold"}})
	var none *tocsin.Scope
	same(t, "of nothing", none.Level(), tocsin.Level(""))
}

func TestTheThreeScopesHaveTheirNames(t *testing.T) {
	client := open(t, tocsin.Options{})
	ctx := tocsin.ForkIsolation(tocsin.ContextWithScope(context.Background(), client.Scope()))
	same(t, "global", tocsin.GetGlobalScope(ctx) == client.GlobalScope(), true)
	same(t, "current", tocsin.GetCurrentScope(ctx) == tocsin.ScopeFromContext(ctx), true)
	same(t, "isolation", tocsin.GetIsolationScope(ctx) == tocsin.ScopeFromContext(ctx).Isolation(), true)
	other := client.NewScope()
	other.SetTag("a", "b")
	same(t, "update", tocsin.GetCurrentScope(ctx).UpdateFromScope(other), nil)
	tocsin.CaptureMessage(ctx, "x")
	same(t, "tags", only(t, client)["tags"], map[string]any{"a": "b"})
	same(t, "without a client", tocsin.GetGlobalScope(context.Background()) == nil, true)
}

func TestAContextThatIsNilIsNone(t *testing.T) {
	var none context.Context
	client := open(t, tocsin.Options{})
	before := tocsin.UseClient(client)
	defer tocsin.UseClient(before)
	tocsin.SetTag(none, "a", "b")
	tocsin.WithScope(none, func(ctx context.Context, _ *tocsin.Scope) { tocsin.CaptureMessage(ctx, "x") })
	same(t, "tags", only(t, client)["tags"], map[string]any{"a": "b"})
}

func TestATraceIsContinuedAndHandedOn(t *testing.T) {
	client := open(t, tocsin.Options{Dsn: "http://key@h/1"})
	root := tocsin.ContextWithScope(context.Background(), client.Scope())
	ctx, other := tocsin.ForkIsolation(root), tocsin.ForkIsolation(root)
	trace := "771a43a4192642f0b136d5159a501700"
	err := tocsin.ContinueTrace(ctx, map[string]string{"Sentry-Trace": trace + "-1234567890abcdef-1",
		"baggage": "sentry-trace_id=" + trace + ",sentry-release=r", "Accept": "x"})
	same(t, "taken", err, nil)
	tocsin.CaptureMessage(ctx, "x")
	contexts := only(t, client).Object("contexts")
	same(t, "event", contexts["trace"].(map[string]any)["trace_id"], trace)
	same(t, "traceparent", strings.HasPrefix(tocsin.GetTraceparent(ctx), trace+"-"), true)
	same(t, "baggage", strings.Contains(tocsin.GetBaggage(ctx), "sentry-release=r"), true)
	same(t, "headers", tocsin.TraceHeaders(ctx)["baggage"], tocsin.GetBaggage(ctx))
	same(t, "another's", strings.HasPrefix(tocsin.GetTraceparent(other), trace), false)
	before := tocsin.GetTraceparent(ctx)
	same(t, "nothing to continue", tocsin.ContinueTrace(ctx, nil), nil)
	same(t, "a new one", strings.HasPrefix(tocsin.GetTraceparent(ctx), before[:32]), false)
	request := tocsin.ScopeFromContext(ctx).RequestHeaders("http://other/", "mine=1")
	same(t, "a request's", strings.HasPrefix(request["baggage"], "mine=1"), true)
	same(t, "the server's own", len(tocsin.ScopeFromContext(ctx).RequestHeaders("http://h/x", "")), 0)
}

func TestABareDSNIsEnough(t *testing.T) {
	before := tocsin.UseClient(nil)
	defer func() { tocsin.UseClient(before).Close(0) }()
	same(t, "init", tocsin.InitDSN("http://key@127.0.0.1:9/1"), nil)
	same(t, "enabled", tocsin.CurrentClient().Enabled(), tocsin.Available)
	if tocsin.Available && tocsin.InitDSN("nonsense") == nil {
		t.Error("a DSN that is none was taken")
	}
}

func TestSeveralValuesAreSetAtOnce(t *testing.T) {
	client := open(t, tocsin.Options{})
	scope := client.Scope().Fork()
	same(t, "extras", scope.SetExtras(map[string]any{"a": 1, "b": []string{"x"}}), nil)
	same(t, "contexts", scope.SetContexts(map[string]map[string]any{"c": {"d": 2}}), nil)
	same(t, "bad", scope.SetExtras(map[string]any{"a": 7, "f": func() {}}) != nil, true)
	scope.CaptureMessage("x")
	event := only(t, client)
	same(t, "extra", event["extra"], map[string]any{"a": 1, "b": []string{"x"}})
	same(t, "context", event.Object("contexts")["c"], map[string]any{"d": 2})
}

func TestTextsOfAnyKindArriveAsText(t *testing.T) {
	client := open(t, tocsin.Options{})
	large := strings.Repeat("\u00e4", 1<<15)
	for _, given := range []string{"", "a\xffb", "\xed\xa0\x80", "a\x00", "\"\\\n\u2028", large, "\xf0\x9f\x98"} {
		scope := client.Scope().Fork()
		scope.SetTag("tag", given)
		scope.SetUser(tocsin.User{Name: given})
		scope.SetTransaction(given, "custom")
		scope.AddBreadcrumb(tocsin.Breadcrumb{Message: given})
		scope.AddAttachment(tocsin.Attachment{Filename: "f" + given, Payload: []byte(given)})
		if scope.CaptureException(errors.New(given)) == nil {
			t.Errorf("%.20q is lost", given)
		}
		value := valuesOf(only(t, client))[0].(map[string]any)["value"].(string)
		same(t, "valid", utf8.ValidString(value) && !strings.Contains(value, "\x00"), true)
	}
}

func TestAClientShowsNoOptions(t *testing.T) {
	client := open(t, tocsin.Options{Dsn: "http://sesame@127.0.0.1:9/1"})
	for _, text := range []string{fmt.Sprint(client), fmt.Sprintf("%+v", client), fmt.Sprintf("%v", client.Scope())} {
		if strings.Contains(text, "sesame") || len(text) > 200 {
			t.Errorf("%s", text)
		}
	}
}
