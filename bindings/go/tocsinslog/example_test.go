//go:build go1.21 && cgo

package tocsinslog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"tocsin"
	"tocsin/tocsinslog"
)

func Example() {
	client, _ := tocsin.NewClient(tocsin.Options{Transport: "pull"})
	ctx := tocsin.ContextWithScope(context.Background(), client.Scope())
	next := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, attr slog.Attr) slog.Attr {
			if attr.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return attr
		},
	})
	log := slog.New(tocsinslog.New(next, tocsinslog.Options{}))
	log.ErrorContext(ctx, "payment failed", "err", errors.New("no money"))
	envelope, _ := client.NextEnvelope(0)
	fmt.Println(strings.Contains(string(envelope.Bytes()), `"value":"no money"`))
	// Output:
	// level=ERROR msg="payment failed" err="no money"
	// true
}
