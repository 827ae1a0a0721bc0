package tocsin

import (
	"runtime"
	"sync"
)

// A hook that captures would be called by its own capture, without end. Go has no goroutine-local
// state, but it does print a goroutine's number; that costs a microsecond, and only where hooks are
// set.

type hookKind int

const (
	eventHook hookKind = iota
	crumbHook
)

// A reentry is a goroutine inside a hook of a client.
type reentry struct {
	goroutine string
	client    *Client
	kind      hookKind
}

var inside sync.Map // of reentry

// enter notes that hooks run on this goroutine; false: they do already.
func enter(client *Client, kind hookKind) (reentry, bool) {
	mark := reentry{goroutineName(), client, kind}
	_, was := inside.LoadOrStore(mark, true)
	return mark, !was
}

func (r reentry) leave() {
	inside.Delete(r)
}

// goroutineName is "goroutine 17" and a little more, always the same for one goroutine.
func goroutineName() string {
	var buf [40]byte
	text := buf[:runtime.Stack(buf[:], false)]
	for i, char := range text {
		if char == '[' {
			return string(text[:i])
		}
	}
	return string(text)
}
