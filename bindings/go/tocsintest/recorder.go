// Package tocsintest helps to test what a program reports: a client that keeps everything in memory.
//
//	func TestPayingFails(t *testing.T) {
//		recorder := tocsintest.New(t, tocsin.Options{})
//		pay(recorder.Context())
//		if event := recorder.Only(); event.Object("tags")["region"] != "eu" {
//			t.Error(event)
//		}
//	}
package tocsintest

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"tocsin"
)

// Recorder takes what its client sends, in place of a server.
type Recorder struct {
	Client *tocsin.Client
	t      testing.TB
	events []tocsin.Event
	raw    [][]byte
}

// New opens a client that nobody else knows of, until the test ends. Without cgo the test is skipped.
func New(t testing.TB, options tocsin.Options) *Recorder {
	t.Helper()
	if !tocsin.Available {
		t.Skip("built without cgo, so nothing is reported")
	}
	options.Transport = "pull"
	client, err := tocsin.NewClient(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(0) })
	return &Recorder{Client: client, t: t}
}

// Install is New for code that uses contexts without a scope: until the test ends the client is the
// one that tocsin.Init would have opened. Such tests cannot run in parallel.
func Install(t testing.TB, options tocsin.Options) *Recorder {
	t.Helper()
	recorder := New(t, options)
	before := tocsin.UseClient(recorder.Client)
	t.Cleanup(func() { tocsin.UseClient(before) })
	return recorder
}

// Context carries an isolation scope of the client, as that of a request does.
func (r *Recorder) Context() context.Context {
	root := tocsin.ContextWithScope(context.Background(), r.Client.Scope())
	return tocsin.ForkIsolation(root)
}

// Events are all that were captured so far, oldest first.
func (r *Recorder) Events() []tocsin.Event {
	r.t.Helper()
	r.take()
	return append([]tocsin.Event(nil), r.events...)
}

// Envelopes are what would have gone over the network so far.
func (r *Recorder) Envelopes() [][]byte {
	r.t.Helper()
	r.take()
	return append([][]byte(nil), r.raw...)
}

// Only is the one event that was captured; another number of them fails the test.
func (r *Recorder) Only() tocsin.Event {
	r.t.Helper()
	events := r.Events()
	if len(events) != 1 {
		r.t.Fatalf("%d events were captured, not one", len(events))
	}
	return events[0]
}

// Reset forgets what was captured so far.
func (r *Recorder) Reset() {
	r.t.Helper()
	r.take()
	r.events, r.raw = nil, nil
}

func (r *Recorder) take() {
	r.t.Helper()
	for {
		envelope, err := r.Client.NextEnvelope(0)
		if err != nil || envelope == nil {
			return
		}
		r.keep(envelope.Bytes())
		if err := envelope.Done(200, nil); err != nil {
			r.t.Fatal(err)
		}
	}
}

// keep reads the items of an envelope: after its header, for each a line that says how many bytes
// the next one has.
func (r *Recorder) keep(text []byte) {
	r.t.Helper()
	r.raw = append(r.raw, text)
	_, rest, _ := bytes.Cut(text, []byte("\n"))
	for len(rest) > 0 {
		var header struct {
			Type   string
			Length int
		}
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		if err := json.Unmarshal(line, &header); err != nil || header.Length > len(after) {
			r.t.Fatalf("not an envelope: %q", text)
		}
		if header.Type == "event" {
			var event tocsin.Event
			if err := json.Unmarshal(after[:header.Length], &event); err != nil {
				r.t.Fatal(err)
			}
			r.events = append(r.events, event)
		}
		rest = bytes.TrimPrefix(after[header.Length:], []byte("\n"))
	}
}
