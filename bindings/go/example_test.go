//go:build cgo

package tocsin_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"tocsin"
)

// A client whose envelopes the program takes itself needs no server.
func Example() {
	client, err := tocsin.NewClient(tocsin.Options{
		Transport: "pull",
		BeforeSend: func(event tocsin.Event, hint *tocsin.Hint) tocsin.Event {
			if errors.Is(hint.OriginalException, context.Canceled) {
				return nil
			}
			return event
		},
	})
	if err != nil {
		fmt.Println("no client", err)
		return
	}
	defer client.Close(0)
	ctx := tocsin.ContextWithScope(context.Background(), client.Scope())
	ctx = tocsin.ForkIsolation(ctx)
	tocsin.SetTag(ctx, "region", "eu")
	tocsin.CaptureException(ctx, fmt.Errorf("paying: %w", context.Canceled))
	tocsin.CaptureException(ctx, errors.New("disk full"))

	for {
		envelope, _ := client.NextEnvelope(0)
		if envelope == nil {
			return
		}
		text := string(envelope.Bytes())
		fmt.Println(strings.Contains(text, "disk full"), strings.Contains(text, `"region":"eu"`))
		envelope.Done(200, nil)
	}
	// Output: true true
}

// pull is a client that these examples read themselves; a program calls tocsin.Init.
func pull(options tocsin.Options) (*tocsin.Client, context.Context) {
	options.Transport, options.DisableDefaultIntegrations = "pull", true
	client, err := tocsin.NewClient(options)
	if err != nil {
		fmt.Println("no client", err)
	}
	return client, tocsin.ContextWithScope(context.Background(), client.Scope())
}

// show prints members of what was captured.
func show(client *tocsin.Client, names ...string) {
	for envelope, _ := client.NextEnvelope(0); envelope != nil; envelope, _ = client.NextEnvelope(0) {
		var event tocsin.Event
		_ = json.Unmarshal([]byte(strings.Split(string(envelope.Bytes()), "\n")[2]), &event)
		shown := []string{}
		for _, name := range names {
			shown = append(shown, fmt.Sprint(name, "=", event[name]))
		}
		fmt.Println(strings.Join(shown, " "))
		envelope.Done(200, nil)
	}
}

func ExampleWithScope() {
	client, ctx := pull(tocsin.Options{})
	tocsin.SetTag(ctx, "request", "7")
	tocsin.WithScope(ctx, func(ctx context.Context, scope *tocsin.Scope) {
		scope.SetTag("step", "pay")
		tocsin.CaptureMessage(ctx, "inside")
	})
	tocsin.CaptureMessage(ctx, "outside")
	show(client, "tags")
	// Output:
	// tags=map[request:7 step:pay]
	// tags=map[request:7]
}

func ExampleRecover() {
	client, ctx := pull(tocsin.Options{})
	func() {
		defer tocsin.Recover(ctx)
		panic("out of paper")
	}()
	show(client, "level")
	// Output: level=fatal
}

func ExampleGo() {
	client, ctx := pull(tocsin.Options{Integrations: []tocsin.Integration{tocsin.Threading{}}})
	tocsin.Go(ctx, func(ctx context.Context) {
		tocsin.ScopeFromContext(ctx).SetTag("step", "resize")
		panic("out of memory")
	})
	envelope, _ := client.NextEnvelope(time.Minute) // the goroutine's
	fmt.Println(strings.Contains(string(envelope.Bytes()), `"tags":{"step":"resize"}`))
	// Output: true
}

func ExampleOff() {
	client, _ := tocsin.NewClient(tocsin.Options{
		Transport:    "pull",
		Integrations: []tocsin.Integration{tocsin.Off("argv"), tocsin.Dedupe{Window: time.Minute}},
	})
	fmt.Println(client.Integrations())
	// Output: [dedupe modules]
}

func ExampleContinueTrace() {
	_, ctx := pull(tocsin.Options{})
	job := tocsin.ForkIsolation(ctx) // with the headers of a message that came out of a queue
	tocsin.ContinueTrace(job, map[string]string{
		"sentry-trace": "771a43a4192642f0b136d5159a501700-1234567890abcdef-1"})
	fmt.Println(tocsin.GetTraceparent(job)[:32])
	// Output: 771a43a4192642f0b136d5159a501700
}

func ExampleScope_Handle() {
	client, ctx := pull(tocsin.Options{})
	scope := tocsin.ScopeFromContext(ctx).Fork()
	number := scope.Handle() // goes to another language, as it is or as a double
	back, _ := tocsin.ScopeFromHandle(int64(float64(number)))
	back.SetTag("plugin", "thumbs")
	scope.CaptureMessage("what both said")
	runtime.KeepAlive(scope)
	show(client, "tags")
	// Output: tags=map[plugin:thumbs]
}
