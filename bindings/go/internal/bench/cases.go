//go:build cgo

package main

import (
	"context"
	"runtime"

	"tocsin"
	"tocsin/internal/core"
)

// playCore times single functions of the generated package beside bare calls of their shape.
func playCore() {
	play("boundary", passes, 10*batch, func(*tocsin.Scope) func() {
		return func() { core.Abi_version() }
	})
	play("boundary_set_tag", passes, 10*batch, func(scope *tocsin.Scope) func() {
		handle := scope.Handle()
		return func() { bareSetTag(handle, "region", "eu") }
	})
	play("boundary_capture", passes, 4*batch, func(scope *tocsin.Scope) func() {
		handle, id := scope.Handle(), make([]byte, 33)
		return func() { bareCapture(handle, "hello", int32(core.LEVEL_INFO), 0, id) }
	})
	play("core_set_tag", passes, 10*batch, func(scope *tocsin.Scope) func() {
		handle := scope.Handle()
		return func() { core.Scope_set_tag(handle, "region", "eu") }
	})
	play("core_fork", passes, 10*batch, func(scope *tocsin.Scope) func() {
		handle := scope.Handle()
		return func() { core.Handle_close(core.Scope_fork(handle)) }
	})
	play("core_capture", passes, 4*batch, func(scope *tocsin.Scope) func() {
		handle, id := scope.Handle(), make([]byte, 33)
		return func() { core.Scope_capture_message(handle, "hello", int32(core.LEVEL_INFO), 0, id) }
	})
	play("core_look_up", passes, 10*batch, func(scope *tocsin.Scope) func() {
		handle := scope.Handle()
		return func() { core.Handle_kind(handle) }
	})
	play("core_merge", passes, 10*batch, func(scope *tocsin.Scope) func() {
		from := scope.Fork()
		handle, other := scope.Handle(), from.Handle()
		return func() {
			core.Scope_merge(handle, other)
			runtime.KeepAlive(from)
		}
	})
	play("core_set_context", passes, 10*batch, func(scope *tocsin.Scope) func() {
		handle := scope.Handle()
		return func() { core.Scope_set_context(handle, "order", `{"id":"A-1042","items":7}`) }
	})
}

// playScope times what is done to a scope, by the language's own interface.
func playScope() {
	play("set_tag", longPasses, 50*batch, func(scope *tocsin.Scope) func() {
		return func() { scope.SetTag("region", "eu") }
	})
	play("fork", longPasses, 50*batch, func(scope *tocsin.Scope) func() {
		return func() { scope.Fork() }
	})
	play("with_scope", longPasses, 50*batch, func(scope *tocsin.Scope) func() {
		ctx := tocsin.ContextWithScope(context.Background(), scope)
		nothing := func(context.Context, *tocsin.Scope) {}
		return func() { tocsin.WithScope(ctx, nothing) }
	})
	play("first_write", longPasses, 50*batch, func(scope *tocsin.Scope) func() {
		return func() { scope.Fork().SetTag("region", "eu") }
	})
	play("add_breadcrumb", longPasses, 10*batch, func(scope *tocsin.Scope) func() {
		return func() { scope.AddBreadcrumb(tocsin.Breadcrumb{Message: "GET /orders", Category: "http"}) }
	})
	play("merge", longPasses, 50*batch, func(scope *tocsin.Scope) func() {
		from := scope.Fork()
		return func() { scope.Merge(from) }
	})
	play("set_tags", longPasses, 10*batch, func(scope *tocsin.Scope) func() {
		return func() { scope.SetTags(map[string]string{"region": "eu", "plan": "pro", "shard": "7"}) }
	})
	play("set_user", longPasses, 10*batch, func(scope *tocsin.Scope) func() {
		return func() { scope.SetUser(tocsin.User{ID: "7", Username: "ada"}) }
	})
	play("set_context", longPasses, 10*batch, func(scope *tocsin.Scope) func() {
		return func() { scope.SetContext("order", map[string]any{"id": "A-1042", "items": 7}) }
	})
}

func playCaptures() {
	play("capture", longPasses, 4*batch, func(scope *tocsin.Scope) func() {
		return func() { scope.CaptureMessage("hello") }
	})
	play("to_bytes", longPasses, 4*batch, func(scope *tocsin.Scope) func() {
		client := scope.Client()
		return func() {
			scope.CaptureMessage("hello")
			envelope, err := client.NextEnvelope(0)
			if err != nil {
				panic(err)
			}
			envelope.Bytes()
			envelope.Done(200, nil)
		}
	})
}
