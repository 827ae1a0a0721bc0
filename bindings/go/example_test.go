//go:build cgo

package tocsin_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
