package tocsin_test

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"tocsin"
	"tocsin/internal/core"
)

// What the library promises in the face of faults, as Go sees it; the ids are those of ffi-tests/catalogue.txt.

const objects = 10000

func TestHND8AfterAThousandPanicsACapturePasses(t *testing.T) {
	good := false
	client := open(t, tocsin.Options{
		BeforeSend: func(event tocsin.Event, _ *tocsin.Hint) tocsin.Event {
			if !good {
				panic("no")
			}
			return event
		},
	})
	for i := 0; i < 1000; i++ {
		client.Scope().CaptureMessage("panics")
	}
	good = true
	client.Scope().CaptureMessage("passes")
	same(t, "message", only(t, client).Object("logentry")["formatted"], "passes")
	same(t, "lost", discarded(t, client)["before_send"], 1000)
}

func TestBND1ScopesAreCollectedOnOtherThreadsAfterTheirClient(t *testing.T) {
	runtime.GC()
	before := liveScopes()
	client := open(t, tocsin.Options{})
	scopes := make([]*tocsin.Scope, objects)
	for i := range scopes {
		scopes[i] = client.NewScope()
	}
	client.Close(0)
	client = nil
	runtime.GC()
	done := make(chan bool)
	for part := 0; part < 4; part++ {
		go func(part int) {
			runtime.LockOSThread()
			for i := part; i < objects; i += 4 {
				scopes[i].SetTag("a", "b")
				scopes[i] = nil
			}
			runtime.GC()
			done <- true
		}(part)
	}
	for part := 0; part < 4; part++ {
		<-done
	}
	settle(t, before+10) // the client has some of its own
}

func TestBND2TenThousandHandlesComeAndGoUnchanged(t *testing.T) {
	client := open(t, tocsin.Options{})
	scope := client.Scope().Handle()
	seen := map[int64]bool{}
	for i := 0; i < objects; i++ {
		one := core.Handle_dup(scope)
		if one <= 0 || one >= 1<<53 || seen[one] || core.Handle_kind(one) != int32(core.KIND_SCOPE) {
			t.Fatalf("handle %d", one)
		}
		seen[one] = true
	}
	for bit := 0; bit < 64; bit++ {
		if kind := core.Handle_kind(scope ^ int64(uint64(1)<<bit)); kind >= 0 {
			t.Errorf("bit %d: kind %d", bit, kind)
		}
	}
	for _, status := range []int64{-1, -2, -3, -4, -5, -20, -27, -40, -45, -99} {
		same(t, "status", core.Handle_kind(status), status)
	}
	for one := range seen {
		core.Handle_close(one)
	}
}

func TestBND3TextsOfEveryKindAndWhatIsNone(t *testing.T) {
	client := open(t, tocsin.Options{})
	texts := []string{
		"", "\x00", "a\x00b", strings.Repeat("\x00", 100), "\xff", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80",
		"\U0010ffff", strings.Repeat("x", 64<<20), "\xe4", "\x1b", "\u202e", "\r\n", "\"\\", "{{auto}}", "%s%n", "\ufeff", "\x7f",
	}
	values := []any{
		nil, true, 1, -1, 1.5, uint64(1) << 63, []any{}, map[string]any{}, struct{ A func() }{}, make(chan int),
		func() {}, client, context.Background(), &texts, [3]byte{}, complex(1, 2), error(nil), (*int)(nil), 'x', texts,
	}
	for i, text := range texts {
		scope := client.Scope().Fork()
		scope.SetTag("k", text)
		scope.SetTag(text, "v")
		scope.SetExtra("k", values[i])
		scope.SetContext("c", map[string]any{text: values[i]})
		scope.CaptureMessage(text)
		events := sent(t, client)
		if text == "a\x00b" {
			same(t, "message with a zero", events[0].Object("logentry")["formatted"], "a\ufffdb")
		}
		client.Scope().CaptureMessage("after")
		same(t, "message", only(t, client).Object("logentry")["formatted"], "after")
	}
}
