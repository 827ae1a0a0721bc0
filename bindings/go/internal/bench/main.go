// Command bench is the player for Go of ffi-tests/bench/run --bindings. It lies here because nothing
// outside this module reaches the generated package.
package main

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"time"

	"tocsin"
	"tocsin/internal/core"
)

const (
	passes = 7
	batch  = 1000
)

// play prints the least time of one operation. Each pass has a client of its own.
func play(name string, rounds int, start func(scope *tocsin.Scope) func()) {
	least := math.Inf(1)
	for i := 0; i < passes; i++ {
		client, err := tocsin.NewClient(tocsin.Options{Transport: "pull"})
		if err != nil {
			panic(err)
		}
		scope := client.Scope()
		run := start(scope)
		runtime.GC()
		began := time.Now()
		for k := 0; k < rounds; k++ {
			run()
		}
		least = math.Min(least, float64(time.Since(began).Nanoseconds())/float64(rounds))
		client.Close(0)
		runtime.KeepAlive(scope)
	}
	fmt.Printf("%s %.2f\n", name, least)
}

func main() {
	play("boundary", 100*batch, func(*tocsin.Scope) func() {
		return func() { core.Abi_version() }
	})
	play("core_set_tag", 100*batch, func(scope *tocsin.Scope) func() {
		handle := scope.Handle()
		return func() { core.Scope_set_tag(handle, "region", "eu") }
	})
	play("core_fork", 100*batch, func(scope *tocsin.Scope) func() {
		handle := scope.Handle()
		return func() { core.Handle_close(core.Scope_fork(handle)) }
	})
	play("core_capture", batch, func(scope *tocsin.Scope) func() {
		handle, id := scope.Handle(), make([]byte, 33)
		return func() { core.Scope_capture_message(handle, "hello", int32(core.LEVEL_INFO), 0, id) }
	})
	play("set_tag", 50*batch, func(scope *tocsin.Scope) func() {
		return func() { scope.SetTag("region", "eu") }
	})
	play("fork", 50*batch, func(scope *tocsin.Scope) func() {
		return func() { scope.Fork() }
	})
	play("with_scope", 50*batch, func(scope *tocsin.Scope) func() {
		ctx := tocsin.ContextWithScope(context.Background(), scope)
		nothing := func(context.Context, *tocsin.Scope) {}
		return func() { tocsin.WithScope(ctx, nothing) }
	})
	play("capture", batch, func(scope *tocsin.Scope) func() {
		return func() { scope.CaptureMessage("hello") }
	})
}
