package tocsincompat_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"tocsin"
	compat "tocsin/tocsincompat"
	"tocsin/tocsintest"
)

var errDisk = errors.New("disk full")

func tags(event tocsin.Event) string { return fmt.Sprint(event["tags"]) }

func expect(t *testing.T, what string, got, wanted any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(wanted) {
		t.Errorf("%s: got %v, wanted %v", what, got, wanted)
	}
}

// What manuals say of push_scope: what is set on the pushed scope is gone with it.
func TestAPushedScopeIsForOneEvent(t *testing.T) {
	recorder := tocsintest.Install(t, tocsin.Options{})
	scope := compat.PushScope()
	scope.SetTag("my-tag", "my value")
	scope.SetLevel(tocsin.LevelWarning)
	compat.CaptureException(errDisk) // will be tagged with my-tag="my value"
	compat.PopScope()
	compat.CaptureException(errors.New("my other error")) // will not be tagged
	events := recorder.Events()
	expect(t, "first", tags(events[0])+fmt.Sprint(events[0]["level"]), "map[my-tag:my value]warning")
	expect(t, "second", tags(events[1])+fmt.Sprint(events[1]["level"]), "<nil>error")
	compat.PopScope() // one too many
	compat.CaptureMessage("still here")
	expect(t, "events", len(recorder.Events()), 3)
}

// What manuals say of configure_scope: it lasts.
func TestAConfiguredScopeLasts(t *testing.T) {
	recorder := tocsintest.Install(t, tocsin.Options{})
	compat.ConfigureScope(func(scope *compat.Scope) {
		scope.SetTag("my-tag", "my value")
		scope.SetUser(compat.User{ID: "42", Email: "john.doe@example.com"})
	})
	compat.WithScope(func(scope *compat.Scope) {
		scope.SetTag("inner", "yes")
		compat.CaptureMessage("inside")
	})
	compat.CaptureMessage("outside")
	events := recorder.Events()
	expect(t, "inside", tags(events[0]), "map[inner:yes my-tag:my value]")
	expect(t, "outside", tags(events[1]), "map[my-tag:my value]")
	expect(t, "user", events[1].Object("user")["id"], "42")
}

func TestWithScopePopsThoughItPanicsOrForgets(t *testing.T) {
	recorder := tocsintest.Install(t, tocsin.Options{})
	func() {
		defer func() { expect(t, "raised", recover(), "boom") }()
		compat.WithScope(func(scope *compat.Scope) {
			scope.SetTag("inner", "yes")
			compat.PushScope().SetTag("innermost", "yes")
			panic("boom")
		})
	}()
	compat.CaptureMessage("outside")
	expect(t, "tags", tags(recorder.Only()), "<nil>")
}

func TestAClonedHubIsOnItsOwn(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{})
	hub := compat.NewHub(recorder.Client, nil)
	hub.ConfigureScope(func(scope *compat.Scope) { scope.SetTag("all", "yes") })
	done := make(chan bool)
	go func(local *compat.Hub) {
		defer close(done)
		local.ConfigureScope(func(scope *compat.Scope) { scope.SetTag("goroutine", "1") })
		local.AddBreadcrumb(&compat.Breadcrumb{Message: "here"}, nil)
		local.CaptureException(errDisk)
	}(hub.Clone())
	<-done
	id := hub.CaptureMessage("main")
	events := recorder.Events()
	expect(t, "goroutine", tags(events[0]), "map[all:yes goroutine:1]")
	expect(t, "main", tags(events[1]), "map[all:yes]")
	expect(t, "crumbs", events[1]["breadcrumbs"], nil)
	expect(t, "last", hub.LastEventID(), *id)
	expect(t, "flushed", hub.Flush(time.Millisecond), true)
}

func TestAHubTravelsInAContextBothWays(t *testing.T) {
	recorder := tocsintest.Install(t, tocsin.Options{})
	expect(t, "none", compat.HasHubOnContext(context.Background()), false)
	hub := compat.CurrentHub().Clone()
	ctx := compat.SetHubOnContext(context.Background(), hub)
	expect(t, "same", compat.GetHubFromContext(ctx) == hub, true)
	hub.Scope().SetTag("by", "hub")
	tocsin.CaptureMessage(ctx, "x")
	inner := tocsin.ForkIsolation(context.Background())
	compat.GetHubFromContext(inner).Scope().SetTag("by", "the other way")
	tocsin.CaptureMessage(inner, "x")
	expect(t, "tags", tags(recorder.Events()[0])+tags(recorder.Events()[1]), "map[by:hub]map[by:the other way]")
}

func TestAPanicIsReportedByWhoRecoveredIt(t *testing.T) {
	recorder := tocsintest.Install(t, tocsin.Options{})
	func() {
		defer func() { compat.CurrentHub().Recover(recover()) }()
		panic("boom")
	}()
	func() {
		defer compat.Recover()
		panic("bang")
	}()
	func() {
		defer func() { compat.CurrentHub().Recover(recover()) }()
	}()
	expect(t, "events", len(recorder.Events()), 2)
	expect(t, "level", recorder.Events()[0]["level"], "fatal")
}

func TestAHubHandsItsTraceOn(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{})
	hub := compat.NewHub(recorder.Client, nil).Clone()
	hub.ContinueTrace("771a43a4192642f0b136d5159a501700-1234567890abcdef-1", "")
	expect(t, "trace", hub.GetTraceparent()[:32], "771a43a4192642f0b136d5159a501700")
	expect(t, "baggage", hub.GetBaggage(), "")
}

func TestAHubFollowsInitUnlessBound(t *testing.T) {
	recorder, other := tocsintest.Install(t, tocsin.Options{}), tocsintest.New(t, tocsin.Options{})
	hub := compat.NewHub(nil, nil)
	hub.CaptureEvent(compat.Event{"message": "x"})
	hub.BindClient(other.Client)
	hub.CaptureMessage("y")
	expect(t, "events", fmt.Sprint(len(recorder.Events()), len(other.Events())), "1 1")
}

func TestWithoutAClientAHubDoesNothing(t *testing.T) {
	hub := compat.NewHub(nil, nil)
	hub.PushScope().SetTag("a", "b")
	hub.WithScope(func(scope *compat.Scope) { scope.SetTag("a", "b") })
	expect(t, "id", hub.CaptureException(errDisk) == nil && hub.LastEventID() == "", true)
	hub.Clone().AddBreadcrumb(nil, nil)
}
