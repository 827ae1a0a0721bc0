package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/getsentry/sentry-go"
)

const leastW, mostW = 15000, 35000 // bytes of an event of workload W

// nowhere throws everything away; if it serialises, after it became bytes. It counts what it got, as a capture
// that was turned away on the way here takes next to no time.
type nowhere struct {
	serialises bool
	events     int
	length     int // of the last event's bytes
}

func (*nowhere) Flush(time.Duration) bool              { return true }
func (*nowhere) FlushWithContext(context.Context) bool { return true }
func (*nowhere) Configure(sentry.ClientOptions)        {}
func (*nowhere) Close()                                {}
func (n *nowhere) SendEvent(event *sentry.Event) {
	n.events++
	if n.serialises {
		text, err := json.Marshal(event)
		if err != nil {
			panic(err)
		}
		n.length = len(text)
	}
}

// leastCapture ends the program unless every capture was with the transport when it returned.
func leastCapture(times int, hub *sentry.Hub, inert *nowhere) float64 {
	ns := least(times, func(number int) { hub.CaptureMessage(message(number)) })
	if wanted := rounds * times; inert.events != wanted {
		fmt.Fprintf(os.Stderr, "%d captures, of which %d reached the transport\n", wanted, inert.events)
		os.Exit(1)
	}
	if inert.serialises && (inert.length < leastW || inert.length > mostW) {
		fmt.Fprintf(os.Stderr, "an event of %d bytes is not workload W\n", inert.length)
		os.Exit(1)
	}
	return ns
}
