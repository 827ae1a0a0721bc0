package tocsin

import (
	"context"
	"time"
)

// Go runs f in a goroutine with a fork of the current scope. A panic of f is reported at level
// fatal and ends the goroutine, not the program; without the integration "threading" it passes as
// in any other goroutine. For a panic that is reported and ends the program nevertheless, begin f
// with defer Repanic(ctx).
func Go(ctx context.Context, f func(ctx context.Context)) {
	ctx = ForkContext(ctx)
	client := ScopeFromContext(ctx).Client()
	go func() {
		if client.UseIntegration("threading") {
			defer Recover(ctx)
		}
		f(ctx)
	}()
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
