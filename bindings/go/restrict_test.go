package tocsin_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"tocsin"
)

func restrict(t *testing.T, scope *tocsin.Scope, rights tocsin.Right, quota *tocsin.Quota) *tocsin.Scope {
	t.Helper()
	lent, err := scope.Restrict(rights, quota)
	if err != nil {
		t.Fatal(err)
	}
	return lent
}

func TestARestrictedScopeDoesWhatItMayAndNoMore(t *testing.T) {
	client := open(t, tocsin.Options{})
	rights := tocsin.RightWrite | tocsin.RightCapture | tocsin.RightFork | tocsin.RightClose
	lent := restrict(t, client.Scope(), rights, nil)
	same(t, "tag", lent.SetTag("by", "plugin"), nil)
	same(t, "captured", lent.CaptureMessage("m") != nil, true)
	same(t, "user", errors.Is(lent.SetUser(tocsin.User{ID: "1"}), tocsin.ErrDenied), true)
	same(t, "of a fork", errors.Is(lent.Fork().SetUser(tocsin.User{ID: "1"}), tocsin.ErrDenied), true)
	same(t, "json", lent.JSON(), "")
	same(t, "tags", sent(t, client)[0].Object("tags"), map[string]any{"by": "plugin"})
	var stats struct{ Denied map[string]int }
	if err := json.Unmarshal([]byte(client.Stats()), &stats); err != nil {
		t.Fatal(err)
	}
	same(t, "denied", stats.Denied, map[string]int{"quota": 0, "rights": 3})
}

func TestForksShareTheQuotaOfARestrictedScope(t *testing.T) {
	client := open(t, tocsin.Options{})
	rights := tocsin.RightCapture | tocsin.RightFork | tocsin.RightClose
	lent := restrict(t, client.Scope(), rights, &tocsin.Quota{Events: 2, Window: time.Hour})
	same(t, "first", lent.CaptureMessage("1") != nil, true)
	same(t, "second", lent.Fork().CaptureException(errDisk) != nil, true)
	same(t, "third", lent.Fork().CaptureMessage("3") == nil, true)
	same(t, "of the host", client.Scope().CaptureMessage("4") != nil, true)
	same(t, "discarded", discarded(t, client), map[string]int{"backpressure": 1})
}

func TestWhatRestrictCannotUseIsAnError(t *testing.T) {
	client := open(t, tocsin.Options{})
	_, err := client.Scope().Restrict(tocsin.Right(1<<40), nil)
	same(t, "error", err != nil, true)
	_, err = client.Scope().Restrict(tocsin.RightAll, &tocsin.Quota{Events: -1})
	same(t, "error", err != nil, true)
	var none *tocsin.Scope
	lent, err := none.Restrict(tocsin.RightAll, nil)
	same(t, "of nothing", lent == nil && err == nil && none.Revoke(nil) == nil, true)
}

func TestWhatWasLentIsTakenBack(t *testing.T) {
	client := open(t, tocsin.Options{})
	lent := restrict(t, client.Scope(), tocsin.RightCapture|tocsin.RightFork, nil)
	fork := lent.Fork()
	same(t, "by itself", errors.Is(lent.Revoke(lent), tocsin.ErrDenied), true)
	same(t, "revoked", client.Scope().Revoke(lent), nil)
	same(t, "fork", errors.Is(fork.SetTag("a", "b"), tocsin.ErrStale), true)
}

func TestAPluginWithoutTheWayToTheClientReportsInGosName(t *testing.T) {
	host := open(t, tocsin.Options{})
	same(t, "tag", host.Scope().SetTag("host", "yes"), nil)
	lent := restrict(t, host.Scope(), tocsin.RightCapture, nil)
	scope, err := tocsin.ScopeFromHandle(lent.Handle())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "captured", scope.CaptureException(errDisk) != nil, true)
	events := sent(t, host)
	same(t, "platform", events[0]["platform"], "go")
	same(t, "tags", events[0].Object("tags"), map[string]any{"host": "yes"})
	same(t, "revoked", host.Scope().Revoke(lent), nil)
}

func TestHooksSeeWhatIsCapturedOnAScopeThatMayNotBeRead(t *testing.T) {
	client := open(t, tocsin.Options{BeforeSend: func(event tocsin.Event, _ *tocsin.Hint) tocsin.Event {
		event.Object("tags")["hook"] = "seen"
		return event
	}})
	lent := restrict(t, client.Scope(), tocsin.RightCapture|tocsin.RightClose, nil)
	same(t, "captured", lent.CaptureMessage("m") != nil, true)
	envelope, err := client.NextEnvelope(time.Minute)
	if err != nil || envelope == nil {
		t.Fatal(err)
	}
	same(t, "tags", eventIn(t, envelope.Bytes())[0].Object("tags"), map[string]any{"hook": "seen"})
	same(t, "done", envelope.Done(200, nil), nil)
}
