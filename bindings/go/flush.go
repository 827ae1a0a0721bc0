package tocsin

import (
	"context"
	"runtime"
	"time"

	"tocsin/internal/core"
)

// Flush waits until everything captured so far has had its fate, and says whether that was in time.
func (c *Client) Flush(timeout time.Duration) bool {
	if c == nil {
		return true
	}
	deadline := time.Now().Add(timeout)
	if !c.takeTurn(timeout) {
		return false
	}
	status := core.Client_flush(c.handle.get(), milliseconds(time.Until(deadline)))
	<-c.flusher
	runtime.KeepAlive(c)
	return isDone(status)
}

// takeTurn takes the flusher's token; a turn that is free is taken even if there is no time.
func (c *Client) takeTurn(timeout time.Duration) bool {
	select {
	case c.flusher <- struct{}{}:
		return true
	default:
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case c.flusher <- struct{}{}:
		return true
	case <-timer.C:
		return false
	}
}

// FlushWithContext is Flush until the context is done.
func (c *Client) FlushWithContext(ctx context.Context) bool {
	if c == nil {
		return true
	}
	select {
	case c.flusher <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go c.cancelWhenDone(ctx, stop, stopped)
	status := core.Client_flush(c.handle.get(), time.Hour.Milliseconds())
	close(stop)
	<-stopped
	<-c.flusher
	runtime.KeepAlive(c)
	return isDone(status)
}

// cancelWhenDone ends a flush, which may be about to begin only.
func (c *Client) cancelWhenDone(ctx context.Context, stop, stopped chan struct{}) {
	defer close(stopped)
	select {
	case <-ctx.Done():
	case <-stop:
		return
	}
	for again := time.NewTicker(5 * time.Millisecond); ; {
		core.Client_flush_cancel(c.handle.get())
		select {
		case <-again.C:
		case <-stop:
			again.Stop()
			return
		}
	}
}

func milliseconds(d time.Duration) int64 {
	if d <= 0 {
		return 0
	}
	return (d + time.Millisecond - 1).Milliseconds()
}

func isDone(status int32) bool {
	return status == int32(core.OK) || status == int32(core.DISABLED) ||
		status == int32(core.E_UNSUPPORTED)
}

// Flush is Client.Flush of the client that Init opened. A program should defer it first of all: Go
// runs nothing else at its end.
func Flush(timeout time.Duration) bool {
	return CurrentClient().Flush(timeout)
}

// FlushWithContext is Client.FlushWithContext of the client that Init opened.
func FlushWithContext(ctx context.Context) bool {
	return CurrentClient().FlushWithContext(ctx)
}
