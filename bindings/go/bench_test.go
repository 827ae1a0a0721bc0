package tocsin_test

import (
	"context"
	"runtime"
	"testing"

	"tocsin"
)

// What a program pays for a call. The queue is small, so that captures end in it or beside it.
func benchClient(b *testing.B, options tocsin.Options) *tocsin.Client {
	options.Settings = map[string]any{"queue_max_items": 1}
	return open(b, options)
}

func BenchmarkSetTag(b *testing.B) {
	scope := benchClient(b, tocsin.Options{}).Scope().Fork()
	for i := 0; i < b.N; i++ {
		scope.SetTag("region", "eu")
	}
}

func BenchmarkForkAndClose(b *testing.B) {
	scope := benchClient(b, tocsin.Options{}).Scope()
	for i := 0; i < b.N; i++ {
		scope.Fork().Close()
	}
}

func BenchmarkForkIsolationAndCollect(b *testing.B) {
	ctx := tocsin.ContextWithScope(context.Background(), benchClient(b, tocsin.Options{}).Scope())
	for i := 0; i < b.N; i++ {
		tocsin.ForkIsolation(ctx)
	}
}

func BenchmarkCaptureMessage(b *testing.B) {
	scope := benchClient(b, tocsin.Options{}).Scope()
	for i := 0; i < b.N; i++ {
		scope.CaptureMessage("hello")
	}
}

func BenchmarkCaptureException(b *testing.B) {
	scope := benchClient(b, tocsin.Options{}).Scope()
	for i := 0; i < b.N; i++ {
		scope.CaptureException(errDisk)
	}
}

func BenchmarkCaptureMessageThroughAHook(b *testing.B) {
	scope := benchClient(b, tocsin.Options{
		BeforeSend: func(event tocsin.Event, _ *tocsin.Hint) tocsin.Event { return event },
	}).Scope()
	for i := 0; i < b.N; i++ {
		scope.CaptureMessage("hello")
	}
}

func BenchmarkAScopeThatComesBackAsANumber(b *testing.B) {
	scope := benchClient(b, tocsin.Options{}).Scope().Fork()
	number := scope.Handle()
	for i := 0; i < b.N; i++ {
		back, _ := tocsin.ScopeFromHandle(number)
		back.SetTag("a", "b")
	}
	runtime.KeepAlive(scope)
}
