package tocsin

import (
	"runtime"
	"sync"
	"sync/atomic"

	"tocsin/internal/core"
)

// A handle that the collector closes. It refers to nothing, so that a chain of scopes goes at once.
// Small objects the allocator packs together, where finalizers may never run. And the runtime looks
// for an object's finalizer among those of all its neighbours: the larger, the fewer there are.
type handle struct {
	number  int64 // atomic; 0 once closed, and below 0 it is an error and there is nothing to close
	isGiven int32 // atomic; 1: another language may know the number
	_       [6]int64
}

// given are the clients of numbers that others may come back with, as long as these are open.
var given sync.Map // from int64 to *Client

func (h *handle) give(client *Client) int64 {
	number := h.get()
	if number > 0 && atomic.SwapInt32(&h.isGiven, 1) == 0 {
		given.Store(number, client)
		if h.get() != number { // closed meanwhile
			given.Delete(number)
		}
	}
	return number
}

func own(number int64) *handle {
	h := &handle{number: number}
	if number > 0 {
		runtime.SetFinalizer(h, (*handle).end)
	}
	return h
}

// borrow never closes.
func borrow(number int64) *handle {
	return &handle{number: number, isGiven: 1} // by those who own it
}

func (h *handle) get() int64 {
	return atomic.LoadInt64(&h.number)
}

// release gives the number away; whoever takes it closes it.
func (h *handle) release() int64 {
	runtime.SetFinalizer(h, nil)
	return atomic.SwapInt64(&h.number, 0)
}

func (h *handle) close() {
	runtime.SetFinalizer(h, nil)
	h.end()
}

// end is the finalizer, which has none to take away.
func (h *handle) end() {
	if number := atomic.SwapInt64(&h.number, 0); number > 0 {
		if atomic.LoadInt32(&h.isGiven) == 1 {
			given.Delete(number)
		}
		core.Handle_close(number)
	}
}
