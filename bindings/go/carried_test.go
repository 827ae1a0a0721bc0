package tocsin_test

import (
	"testing"

	"tocsin"
)

// traced carries program counters as errors of some packages do.
type traced struct{ counters []uintptr }

func (traced) Error() string           { return "traced" }
func (t traced) StackTrace() []uintptr { return t.counters }

func TestAnErrorsOwnStackWins(t *testing.T) {
	client := open(t, tocsin.Options{})
	client.Scope().CaptureException(caused{traced{countersHere()}})
	found := exceptions(t, client)
	frames := framesOf(found[0])
	same(t, "function", frames[len(frames)-1]["function"], "countersHere")
	same(t, "outer", found[1]["stacktrace"], nil)
}

// Errors as packages make them that carry a stack, each in its own way.
type (
	counter uintptr
	spot    struct{ ProgramCounter uintptr }
	plain   struct{}
	pkg     struct{ plain }
	goErr   struct{ plain }
	cap     struct{ plain }
	xerr    struct {
		plain
		frame struct{ frames [3]uintptr }
	}
	liar struct{ plain }
)

func (plain) Error() string { return "carried" }

func (pkg) StackTrace() (list []counter) {
	for _, one := range countersHere() {
		list = append(list, counter(one))
	}
	return list
}

func (goErr) StackFrames() (list []spot) {
	for _, one := range countersHere() {
		list = append(list, spot{one})
	}
	return list
}

func (cap) GetStackTracer() interface{ StackTrace() []counter } { return pkg{} }

func (liar) StackTrace() []counter { panic("boom") }

func TestStacksAreFoundInErrorsOfEveryMake(t *testing.T) {
	client := open(t, tocsin.Options{})
	last := func(err error) any {
		client.Scope().CaptureException(err)
		frames := framesOf(exceptions(t, client)[0])
		return frames[len(frames)-1]["function"]
	}
	same(t, "pkg/errors", last(pkg{}), "countersHere")
	same(t, "go-errors", last(goErr{}), "countersHere")
	same(t, "pingcap", last(cap{}), "countersHere")
	made := &xerr{}
	copy(made.frame.frames[:], append([]uintptr{1}, countersHere()...))
	same(t, "xerrors", last(made), "countersHere")
	same(t, "none in it", last(&xerr{}), "TestStacksAreFoundInErrorsOfEveryMake.func")
	same(t, "one that panics", last(liar{}), "TestStacksAreFoundInErrorsOfEveryMake.func")
}
