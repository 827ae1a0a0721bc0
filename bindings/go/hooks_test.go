package tocsin_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"tocsin"
)

var errDisk = errors.New("disk full")

func TestBeforeSendSeesTheErrorAndMayChangeTheEvent(t *testing.T) {
	var hint *tocsin.Hint
	client := open(t, tocsin.Options{BeforeSend: func(event tocsin.Event, given *tocsin.Hint) tocsin.Event {
		hint = given
		event.Object("tags")["seen"] = "yes"
		return event
	}})
	ctx := tocsin.ContextWithScope(context.Background(), client.Scope())
	id := tocsin.CaptureException(ctx, errDisk)
	event := only(t, client)
	same(t, "id", *id, event["event_id"])
	same(t, "tag", event.Object("tags")["seen"], "yes")
	same(t, "error", hint.OriginalException, errDisk)
	same(t, "context", hint.Context == ctx, true)
	same(t, "level", event["level"], "error")
}

func TestADropIsCountedAsItsHooks(t *testing.T) {
	client := open(t, tocsin.Options{BeforeSend: func(tocsin.Event, *tocsin.Hint) tocsin.Event { return nil }})
	same(t, "id", client.Scope().CaptureException(errDisk) == nil, true)
	scope := client.Scope().Fork()
	scope.AddEventProcessor(func(tocsin.Event, *tocsin.Hint) tocsin.Event { return nil })
	same(t, "id", scope.CaptureMessage("x") == nil, true)
	same(t, "discarded", discarded(t, client), map[string]int{"before_send": 1, "event_processor": 1})
	same(t, "events", len(sent(t, client)), 0)
}

func TestAHookThatPanicsDropsTheEvent(t *testing.T) {
	client := open(t, tocsin.Options{BeforeSend: func(tocsin.Event, *tocsin.Hint) tocsin.Event { panic("boom") }})
	for i := 0; i < 1100; i++ { // more than events may be open
		client.Scope().CaptureException(errDisk)
	}
	same(t, "discarded", discarded(t, client), map[string]int{"before_send": 1100})
	same(t, "events", len(sent(t, client)), 0)
}

func TestAHookThatMakesNonsenseDropsTheEvent(t *testing.T) {
	client := open(t, tocsin.Options{BeforeSend: func(event tocsin.Event, _ *tocsin.Hint) tocsin.Event {
		event["extra"] = func() {}
		return event
	}})
	same(t, "id", client.Scope().CaptureException(errDisk) == nil, true)
	same(t, "discarded", discarded(t, client), map[string]int{"event_processor": 1})
}

func TestAHookThatCapturesDoesNotCallItself(t *testing.T) {
	var client *tocsin.Client
	calls := 0
	hook := func(event tocsin.Event, _ *tocsin.Hint) tocsin.Event {
		calls++
		same(t, "inner", client.Scope().CaptureMessage("again") == nil, true)
		return event
	}
	client = open(t, tocsin.Options{BeforeSend: hook})
	client.Scope().CaptureException(errDisk)
	client.Scope().CaptureException(errDisk)
	same(t, "calls", calls, 2)
	same(t, "events", len(sent(t, client)), 2)
}

func TestProcessorsRunFromTheOutsideInAndForksTakeThemAlong(t *testing.T) {
	var calls []string
	note := func(name string) tocsin.EventProcessor {
		return func(event tocsin.Event, _ *tocsin.Hint) tocsin.Event {
			calls = append(calls, name)
			return event
		}
	}
	client := open(t, tocsin.Options{EventProcessors: []tocsin.EventProcessor{note("client")},
		BeforeSend: note("before")})
	scope := client.Scope().ForkIsolation()
	scope.AddEventProcessor(note("current"))
	scope.Isolation().AddEventProcessor(note("isolation"))
	client.GlobalScope().AddEventProcessor(note("global"))
	scope.AddErrorProcessor(note("any error"), "")
	scope.AddErrorProcessor(note("another type"), "*fs.PathError")
	scope.AddErrorProcessor(note("its type"), "*errors.errorString")
	fork := scope.ForkIsolation()
	scope.AddEventProcessor(note("too late"))
	fork.CaptureException(errDisk)
	same(t, "calls", calls, []string{"any error", "its type", "global", "isolation", "current",
		"client", "before"})
	calls = nil
	fork.CaptureMessage("no error")
	same(t, "calls", calls, []string{"global", "isolation", "current", "client", "before"})
}

func TestBeforeBreadcrumbSeesItFilledIn(t *testing.T) {
	client := open(t, tocsin.Options{BeforeBreadcrumb: func(crumb *tocsin.Breadcrumb, hint *tocsin.Hint) *tocsin.Breadcrumb {
		switch {
		case crumb.Message == "boom":
			panic("boom")
		case crumb.Message == "drop" || hint.Data == "drop":
			return nil
		case crumb.Timestamp.IsZero() || crumb.Type != "default":
			t.Errorf("not filled in: %v", crumb)
		}
		crumb.Message += "!"
		return crumb
	}})
	scope := client.Scope()
	for _, message := range []string{"boom", "drop", "keep"} {
		same(t, message, scope.AddBreadcrumb(tocsin.Breadcrumb{Message: message}), nil)
	}
	scope.AddBreadcrumb(tocsin.Breadcrumb{Message: "x"}, &tocsin.Hint{Data: "drop"})
	scope.CaptureMessage("x")
	crumbs := only(t, client).Object("breadcrumbs")["values"].([]any)
	same(t, "crumbs", len(crumbs), 1)
	same(t, "text", crumbs[0].(map[string]any)["message"], "keep!")
}

func TestSamplingAndIgnoredErrorsAreTheLibrarys(t *testing.T) {
	client := open(t, tocsin.Options{IgnoreErrors: []string{"disk"}})
	same(t, "ignored", client.Scope().CaptureException(errDisk) == nil, true)
	never := open(t, tocsin.Options{Settings: map[string]any{"sample_rate": 0}})
	same(t, "sampled out", never.Scope().CaptureException(errDisk) == nil, true)
	same(t, "discarded", discarded(t, never), map[string]int{"sample_rate": 1})
}

func TestInactiveClientsRunNoHook(t *testing.T) {
	calls := 0
	client, err := tocsin.NewClient(tocsin.Options{Settings: map[string]any{"dsn": ""},
		BeforeSend: func(event tocsin.Event, _ *tocsin.Hint) tocsin.Event { calls++; return event }})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close(0)
	same(t, "id", client.Scope().CaptureException(errDisk) == nil, true)
	same(t, "calls", calls, 0)
	same(t, "flush", client.Flush(time.Second), true)
}

func TestAScopeThatComesBackAsANumberHasItsHooks(t *testing.T) {
	calls := ""
	client := open(t, tocsin.Options{
		BeforeSend: func(event tocsin.Event, hint *tocsin.Hint) tocsin.Event {
			calls += "event " + hint.Data.(string)
			return event
		},
		BeforeBreadcrumb: func(*tocsin.Breadcrumb, *tocsin.Hint) *tocsin.Breadcrumb {
			calls += "crumb "
			return nil
		}})
	scope := client.Scope().Fork()
	back, err := tocsin.ScopeFromHandle(scope.Handle())
	same(t, "taken", err, nil)
	same(t, "client", back.Client() == client, true)
	back.AddBreadcrumb(tocsin.Breadcrumb{Message: "secret"})
	back.CaptureMessage("x", tocsin.WithHint(&tocsin.Hint{Data: "mine"}))
	same(t, "calls", calls, "crumb event mine")
	same(t, "crumbs", only(t, client)["breadcrumbs"], nil)
	number := scope.Handle()
	scope.Close()
	_, err = tocsin.ScopeFromHandle(number)
	same(t, "closed", errors.Is(err, tocsin.ErrStale), true)
}
