package tocsin_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"tocsin"
	"tocsin/internal/core"
)

func TestNumbersThatAreNoScopeAreRefusedByName(t *testing.T) {
	live := open(t, tocsin.Options{}).Scope().Fork()
	options := core.Options_new()
	defer core.Handle_close(options)
	const generation, nonce = 1 << 20, 1 << 40
	for number, want := range map[int64]error{
		-1: tocsin.ErrStale, 0: tocsin.ErrStale, 1: tocsin.ErrStale, 1 << 53: tocsin.ErrStale, 1 << 60: tocsin.ErrStale,
		-1 << 63: tocsin.ErrStale, live.Handle() + generation: tocsin.ErrStale, live.Handle() + 1000: tocsin.ErrStale,
		options: tocsin.ErrKind, live.Handle() ^ nonce: tocsin.ErrForeign,
	} {
		if scope, err := tocsin.ScopeFromHandle(number); scope != nil || !errors.Is(err, want) {
			t.Errorf("%d: %v, %v", number, scope, err)
		}
	}
	_, err := tocsin.ScopeFromHandle(live.Handle() ^ nonce)
	if !strings.Contains(fmt.Sprint(err), "another copy of libtocsin") {
		t.Errorf("the cause has no name: %v", err)
	}
	runtime.KeepAlive(live)
}

func TestANumberThatIsAScopeIsBorrowed(t *testing.T) {
	client := open(t, tocsin.Options{})
	scope := client.Scope().Fork()
	borrowed, err := tocsin.ScopeFromHandle(scope.Handle())
	if err != nil {
		t.Fatal(err)
	}
	borrowed.SetTag("by", "number")
	borrowed.Isolation().SetTag("iso", "number")
	scope.CaptureMessage("x")
	same(t, "tags", only(t, client)["tags"], map[string]any{"by": "number", "iso": "number"})
	runtime.KeepAlive(scope)
}
