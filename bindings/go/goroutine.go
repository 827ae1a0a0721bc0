package tocsin

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"time"
)

// Go runs f in a goroutine with a fork of the current scope. A panic of f is reported at level
// fatal and ends the goroutine, not the program; if it cannot be reported it is printed on standard
// error. Without the integration "threading" it passes as in any other goroutine. For a panic that
// is reported and ends the program nevertheless, begin f with defer Repanic(ctx).
func Go(ctx context.Context, f func(ctx context.Context)) {
	ctx = ForkContext(ctx)
	client := ScopeFromContext(ctx).Client()
	isOff := client != nil && Available && !client.UseIntegration("threading")
	go func() {
		if !isOff {
			defer endPanic(ctx)
		}
		f(ctx)
	}()
}

// endPanic is deferred. A panic that ends must not end in silence.
func endPanic(ctx context.Context) {
	raised := recover()
	if raised == nil || raised == http.ErrAbortHandler {
		return
	}
	if ScopeFromContext(ctx).CapturePanic(raised, withContext(ctx, nil)...) == nil {
		fmt.Fprintf(os.Stderr, "tocsin: a goroutine panicked: %v\n%s", raised, debug.Stack())
	}
}

// Repanic reports a panic, sends what there is to send, and lets the panic go on:
//
//	func main() {
//		defer tocsin.Repanic(ctx)
//
// It has to be deferred itself.
func Repanic(ctx context.Context, options ...CaptureOption) {
	if raised := recover(); raised != nil {
		scope := ScopeFromContext(ctx)
		scope.CapturePanic(raised, withContext(ctx, options)...)
		scope.Client().Flush(scope.Client().shutdownTimeout())
		panic(raised)
	}
}

func (c *Client) shutdownTimeout() time.Duration {
	if c == nil || c.options.ShutdownTimeout <= 0 {
		return 2 * time.Second
	}
	return c.options.ShutdownTimeout
}
