package main

/*
#cgo pkg-config: lua5.4
#include <stdlib.h>
#include <lauxlib.h>
#include <lualib.h>

// A state whose stack holds one thing: the function that plugins/host.lua makes of the plugin. On failure
// it is the error.
static int plugin_open(lua_State *L, const char *host, const char *name)
{
    luaL_openlibs(L);
    int code = luaL_loadfile(L, host);
    if (code != LUA_OK) return code;
    lua_pushstring(L, name);
    return lua_pcall(L, 1, 1, 0);
}

// Calls that function. What it answers, a text or nil, or the error, is left above it.
static int plugin_call(lua_State *L, int64_t scope, const char *order)
{
    lua_settop(L, 1);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, scope);
    lua_pushstring(L, order);
    return lua_pcall(L, 2, 1, 0);
}
*/
import "C"

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"unsafe"

	"tocsin"
)

// A plugin is a Lua state with one script in it. A state serves one request at a time.
type plugin struct {
	name  string
	lock  sync.Mutex
	state *C.lua_State
}

func load(folder, name string) (*plugin, error) {
	p := &plugin{name: name, state: C.luaL_newstate()}
	host, script := C.CString(filepath.Join(folder, "host.lua")), C.CString(name)
	defer C.free(unsafe.Pointer(host))
	defer C.free(unsafe.Pointer(script))
	if C.plugin_open(p.state, host, script) != C.LUA_OK {
		return nil, fmt.Errorf("plugin %s: %s", name, p.top())
	}
	return p, nil
}

func (p *plugin) top() string {
	return C.GoString(C.lua_tolstring(p.state, -1, nil))
}

// run gives the plugin a fork of the request's scope: it sees what the host has set, and what it sets
// itself stays its own.
func (p *plugin) run(ctx context.Context, order string) error {
	scope := tocsin.ScopeFromContext(tocsin.ForkIsolation(ctx))
	scope.SetTag("plugin", p.name)
	defer runtime.KeepAlive(scope)
	text := C.CString(order)
	defer C.free(unsafe.Pointer(text))
	p.lock.Lock()
	defer p.lock.Unlock()
	C.plugin_call(p.state, C.int64_t(scope.Handle()), text)
	if C.lua_type(p.state, -1) == C.LUA_TNIL {
		return nil
	}
	return errors.New(p.top())
}

func (p *plugin) close() {
	C.lua_close(p.state)
}
