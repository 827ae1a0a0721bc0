// Command peer times sentry-go with a transport that throws everything away.
package main

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"github.com/getsentry/sentry-go"
)

const (
	passes = 7
	batch  = 1000
)

// nowhere counts what it throws away: a capture that is turned away on the way here takes next to no time.
type nowhere struct{ events int }

func (*nowhere) Flush(time.Duration) bool              { return true }
func (*nowhere) FlushWithContext(context.Context) bool { return true }
func (*nowhere) Configure(sentry.ClientOptions)        {}
func (n *nowhere) SendEvent(*sentry.Event)             { n.events++ }
func (*nowhere) Close()                                {}

// processorTime is the process's, in nanoseconds; the collector's is part of it.
func processorTime() int64 {
	const processClock = 2 // CLOCK_PROCESS_CPUTIME_ID
	var spent syscall.Timespec
	_, _, failed := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, processClock, uintptr(unsafe.Pointer(&spent)), 0)
	if failed != 0 {
		panic(failed)
	}
	return spent.Nano()
}

func play(name string, rounds int, run func()) {
	least := math.Inf(1)
	for i := 0; i < passes; i++ {
		runtime.GC()
		began := processorTime()
		for k := 0; k < rounds; k++ {
			run()
		}
		least = math.Min(least, float64(processorTime()-began)/float64(rounds))
	}
	fmt.Printf("%s %.2f\n", name, least)
}

func main() {
	inert := &nowhere{}
	if err := sentry.Init(sentry.ClientOptions{Dsn: "http://key@127.0.0.1:9/1", Transport: inert}); err != nil {
		panic(err)
	}
	hub := sentry.CurrentHub()
	fmt.Println("version", sentry.SDKVersion)
	play("set_tag", 50*batch, func() { hub.Scope().SetTag("region", "eu") })
	play("fork", 50*batch, func() { hub.Clone() })
	play("with_scope", 50*batch, func() { hub.WithScope(func(*sentry.Scope) {}) })
	// Long enough that what other threads have not been charged for yet, a tick of the clock at most, is little of it.
	const captures = 50 * batch
	play("capture", captures, func() { hub.CaptureMessage("hello") })
	if inert.events != passes*captures {
		panic(fmt.Sprintf("%d captures, of which %d reached the transport", passes*captures, inert.events))
	}
	play("first_write", 50*batch, func() { hub.Scope().Clone().SetTag("region", "eu") })
	play("add_breadcrumb", 50*batch, func() {
		hub.AddBreadcrumb(&sentry.Breadcrumb{Message: "GET /orders", Category: "http"}, nil)
	})
	play("set_tags", 50*batch, func() {
		hub.Scope().SetTags(map[string]string{"region": "eu", "plan": "pro", "shard": "7"})
	})
	play("set_user", 50*batch, func() { hub.Scope().SetUser(sentry.User{ID: "7", Username: "ada"}) })
	play("set_context", 50*batch, func() {
		hub.Scope().SetContext("order", sentry.Context{"id": "A-1042", "items": 7})
	})
}
