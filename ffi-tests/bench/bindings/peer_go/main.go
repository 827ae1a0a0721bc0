// Command peer times sentry-go with a transport that throws everything away.
package main

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/getsentry/sentry-go"
)

const (
	passes = 7
	batch  = 1000
)

type nowhere struct{}

func (nowhere) Flush(time.Duration) bool              { return true }
func (nowhere) FlushWithContext(context.Context) bool { return true }
func (nowhere) Configure(sentry.ClientOptions)        {}
func (nowhere) SendEvent(*sentry.Event)               {}
func (nowhere) Close()                                {}

func play(name string, rounds int, run func()) {
	least := math.Inf(1)
	for i := 0; i < passes; i++ {
		runtime.GC()
		began := time.Now()
		for k := 0; k < rounds; k++ {
			run()
		}
		least = math.Min(least, float64(time.Since(began).Nanoseconds())/float64(rounds))
	}
	fmt.Printf("%s %.2f\n", name, least)
}

func main() {
	if err := sentry.Init(sentry.ClientOptions{Dsn: "http://key@127.0.0.1:9/1", Transport: nowhere{}}); err != nil {
		panic(err)
	}
	hub := sentry.CurrentHub()
	fmt.Println("version", sentry.SDKVersion)
	play("set_tag", 50*batch, func() { hub.Scope().SetTag("region", "eu") })
	play("fork", 50*batch, func() { hub.Clone() })
	play("with_scope", 50*batch, func() { hub.WithScope(func(*sentry.Scope) {}) })
	play("capture", batch, func() { hub.CaptureMessage("hello") })
}
