package tocsin_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin"
	"tocsin/internal/testclient"
)

// open is a client whose envelopes the test reads, with no integrations but those that it names.
func open(t testing.TB, options tocsin.Options) *tocsin.Client {
	t.Helper()
	options.DisableDefaultIntegrations = true
	return testclient.Open(t, options)
}

// sent are the events that went out so far.
func sent(t testing.TB, client *tocsin.Client) []tocsin.Event {
	t.Helper()
	var events []tocsin.Event
	for {
		envelope, err := client.NextEnvelope(0)
		if err != nil {
			t.Fatal(err)
		}
		if envelope == nil {
			return events
		}
		events = append(events, eventIn(t, envelope.Bytes())...)
		if err := envelope.Done(200, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func eventIn(t testing.TB, envelope []byte) []tocsin.Event {
	t.Helper()
	lines := strings.Split(string(envelope), "\n")
	if !strings.Contains(lines[1], `"type":"event"`) {
		return nil
	}
	var event tocsin.Event
	if err := json.Unmarshal([]byte(lines[2]), &event); err != nil {
		t.Fatal(err)
	}
	return []tocsin.Event{event}
}

func only(t testing.TB, client *tocsin.Client) tocsin.Event {
	t.Helper()
	events := sent(t, client)
	if len(events) != 1 {
		t.Fatalf("%d events instead of one", len(events))
	}
	return events[0]
}

func same(t testing.TB, what string, got, wanted any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(wanted) {
		t.Errorf("%s: got %v, wanted %v", what, got, wanted)
	}
}

func valuesOf(event tocsin.Event) []any {
	values, _ := event.Object("exception")["values"].([]any)
	return values
}

func discarded(t testing.TB, client *tocsin.Client) map[string]int {
	t.Helper()
	var stats struct {
		Categories map[string]struct{ Discarded map[string]int }
	}
	if err := json.Unmarshal([]byte(client.Stats()), &stats); err != nil {
		t.Fatal(err)
	}
	return stats.Categories["error"].Discarded
}

func TestAnEventSaysGoAndWhatTheScopesHold(t *testing.T) {
	client := open(t, tocsin.Options{Release: "shop@1", Environment: "test"})
	scope := client.Scope().ForkIsolation()
	scope.Isolation().SetTag("region", "eu")
	scope.SetUser(tocsin.User{ID: "7", Data: map[string]any{"plan": "gold"}})
	scope.AddBreadcrumb(tocsin.Breadcrumb{Category: "cart", Message: "added"})
	id := scope.CaptureMessage("h\u00e9llo", tocsin.WithLevel(tocsin.LevelWarning))
	event := only(t, client)
	same(t, "id", *id, event["event_id"])
	same(t, "platform", event["platform"], "go")
	same(t, "sdk", event.Object("sdk")["name"], "tocsin.go")
	same(t, "runtime", event.Object("contexts")["runtime"].(map[string]any)["name"], "go")
	same(t, "tag", event.Object("tags")["region"], "eu")
	same(t, "user", event["user"], map[string]any{"id": "7", "plan": "gold"})
	same(t, "level", event["level"], "warning")
	same(t, "text", event.Object("logentry")["formatted"], "h\u00e9llo")
	same(t, "release", event["release"], "shop@1")
	same(t, "last id", *scope.LastEventID(), *id)
}

func TestATextIsNotCutAtItsNull(t *testing.T) {
	client := open(t, tocsin.Options{})
	client.Scope().SetTag("a", "b\x00c")
	client.Scope().CaptureMessage("")
	client.Scope().CaptureMessage("x\x00y")
	events := sent(t, client)
	last := events[len(events)-1]
	same(t, "tag", last.Object("tags")["a"], "b\uFFFDc")
	same(t, "text", last.Object("logentry")["formatted"], "x\uFFFDy")
}

func TestScopesOfAContextAreForks(t *testing.T) {
	client := open(t, tocsin.Options{})
	ctx := tocsin.ContextWithScope(context.Background(), client.Scope())
	ctx = tocsin.ForkIsolation(ctx)
	tocsin.SetTag(ctx, "request", "1")
	tocsin.WithScope(ctx, func(inner context.Context, scope *tocsin.Scope) {
		scope.SetTag("step", "inner")
		tocsin.CaptureMessage(inner, "inside")
	})
	tocsin.WithIsolationScope(ctx, func(inner context.Context, _ *tocsin.Scope) {
		tocsin.SetTag(inner, "request", "2")
	})
	tocsin.CaptureMessage(ctx, "outside")
	events := sent(t, client)
	same(t, "inside", events[0]["tags"], map[string]any{"request": "1", "step": "inner"})
	same(t, "outside", events[1]["tags"], map[string]any{"request": "1"})
}

func TestWithoutAClientNothingHappens(t *testing.T) {
	ctx := tocsin.ForkIsolation(context.Background())
	same(t, "tag", tocsin.SetTag(ctx, "a", "b"), nil)
	same(t, "message", tocsin.CaptureMessage(ctx, "x") == nil, true)
	same(t, "error", tocsin.CaptureException(ctx, errors.New("x")) == nil, true)
	same(t, "flush", tocsin.Flush(time.Millisecond), true)
	tocsin.WithScope(ctx, func(_ context.Context, scope *tocsin.Scope) {
		scope.AddBreadcrumb(tocsin.Breadcrumb{Message: "x"})
		scope.AddEventProcessor(nil)
		same(t, "handle", scope.Fork().Handle(), 0)
	})
}

func TestABadOptionIsNamed(t *testing.T) {
	if !tocsin.Available {
		t.Skip("built without cgo")
	}
	_, err := tocsin.NewClient(tocsin.Options{Settings: map[string]any{"max_connections": 65}})
	if err == nil || !strings.Contains(err.Error(), "max_connections") {
		t.Errorf("got %v", err)
	}
	if _, err = tocsin.NewClient(tocsin.Options{Dsn: "nonsense"}); err == nil {
		t.Error("a DSN that is none was taken")
	}
}

func TestARefusalIsAnErrorOfItsCode(t *testing.T) {
	client := open(t, tocsin.Options{})
	err := client.Scope().SetTag("no/slash", "x")
	same(t, "is", errors.Is(err, tocsin.ErrArg), true)
	if !strings.Contains(err.Error(), "E_ARG") {
		t.Errorf("got %v", err)
	}
	if err := client.Scope().SetExtra("a", func() {}); err == nil {
		t.Error("a function was taken for a value")
	}
	if err := client.Scope().SetExtra("a", bomb{}); err == nil {
		t.Error("a panic in MarshalJSON was no error")
	}
}

type bomb struct{}

func (bomb) MarshalJSON() ([]byte, error) { panic("boom") }
func (*bomb) Error() string               { panic("boom") }

func TestACaptureOnAClosedScopeIsNotLost(t *testing.T) {
	client := open(t, tocsin.Options{})
	client.Scope().SetTag("root", "yes")
	scope := client.Scope().Fork()
	scope.Close()
	scope.Close()
	if scope.CaptureException(errors.New("late")) == nil {
		t.Fatal("lost")
	}
	same(t, "tags", only(t, client)["tags"],
		map[string]any{"root": "yes", "tocsin.stale_scope": "true"})
	same(t, "setter", errors.Is(scope.SetTag("a", "b"), tocsin.ErrStale), true)
}

func TestAnOverlayCountsOnce(t *testing.T) {
	client := open(t, tocsin.Options{})
	overlay := client.NewScope()
	overlay.SetTag("a", "overlay")
	overlay.AddAttachment(tocsin.Attachment{Filename: "log.txt", Payload: []byte("x\x00y")})
	client.Scope().SetTag("a", "scope")
	client.Scope().CaptureMessage("one", tocsin.WithOverlay(overlay))
	envelope, _ := client.NextEnvelope(0)
	if !strings.Contains(string(envelope.Bytes()), "x\x00y") {
		t.Error("the attachment is not as it was")
	}
	same(t, "tag", eventIn(t, envelope.Bytes())[0].Object("tags")["a"], "overlay")
	client.Scope().CaptureMessage("two")
	same(t, "tag", only(t, client).Object("tags")["a"], "scope")
}

func TestAClosedClientTakesEverythingAndSendsNothing(t *testing.T) {
	client := open(t, tocsin.Options{})
	client.Close(0)
	same(t, "enabled", client.Enabled(), false)
	same(t, "id", client.Scope().CaptureMessage("x") == nil, true)
	same(t, "tag", client.Scope().SetTag("a", "b"), nil)
	same(t, "flush", client.Flush(time.Second), true)
}
