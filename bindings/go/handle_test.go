package tocsin_test

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"tocsin"
	"tocsin/internal/core"
)

func TestBND2NumbersThatAreNoScopeAreRefusedByName(t *testing.T) {
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

func TestBND2ANumberThatIsAScopeIsBorrowed(t *testing.T) {
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

// No text of Go's is copied on its way into the library: the wrapper that SWIG wrote takes no memory for one, nor does Go.
func TestTextsGoIntoTheLibraryFromWhereTheyLie(t *testing.T) {
	wrapper, err := os.ReadFile("internal/core/core_wrap.c")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "memory taken in C", strings.Count(string(wrapper), "malloc(")-strings.Count(string(wrapper), "Swig_malloc("), 1)
	scope, text := open(t, tocsin.Options{}).Scope().Fork(), strings.Repeat("x", 1<<10)
	allocations := testing.AllocsPerRun(1000, func() { scope.SetTag("k", text) })
	same(t, "memory taken in Go", allocations, 0)
}
