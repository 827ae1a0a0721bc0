package tocsinscript_test

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"testing"

	"tocsin"
	"tocsin/internal/core"
	"tocsin/tocsinscript"
	"tocsin/tocsintest"
)

func TestAScriptWorksOnTheScopeItWasGiven(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{Integrations: []tocsin.Integration{tocsin.Off("argv")}})
	scope := recorder.Client.Scope().Fork()
	functions, number := tocsinscript.Functions(), float64(scope.Handle())
	call := func(name string, more ...any) any {
		t.Helper()
		result, err := functions[name](append([]any{number}, more...)...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return result
	}
	call("set_tag", "batch", 12.0)
	call("set_tag", "gone", "x")
	call("set_tag", "gone")
	call("set_user", map[string]any{"id": "7"})
	call("set_extra", "list", []any{1.0, "b"})
	call("set_context", "plugin", map[string]any{"name": "thumbs"})
	call("set_level", "warning")
	call("set_fingerprint", []any{"a"})
	call("set_transaction", "resize")
	call("add_breadcrumb", map[string]any{"message": "began", "level": "debug", "data": map[string]any{"n": 1.0}})
	id := call("capture_exception", "PluginError", "no picture")
	event := recorder.Only()
	exception := event.Object("exception")["values"].([]any)[0].(map[string]any)
	crumb := event.Object("breadcrumbs")["values"].([]any)[0].(map[string]any)
	got := fmt.Sprint(event["tags"], event.Object("user")["id"], event["extra"], event.Object("contexts")["plugin"],
		event["level"], event["fingerprint"], event["transaction"], exception["type"], exception["value"], crumb["message"])
	if got != "map[batch:12]7map[list:[1 b]] map[name:thumbs]warning[a]resizePluginErrorno picturebegan" || id != event["event_id"] {
		t.Errorf("got %s", got)
	}
	if call("capture_message", "hello", "info") == nil || call("capture_event", map[string]any{"message": "x"}) == nil {
		t.Error("no id")
	}
	runtime.KeepAlive(scope)
}

func TestAScriptsForksAreItsOwn(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{})
	scope := recorder.Client.Scope().Fork()
	functions := tocsinscript.Functions()
	fork, err := functions["fork"](scope.Handle())
	if err != nil {
		t.Fatal(err)
	}
	functions["set_tag"](fork, "in", "fork")
	functions["capture_message"](fork, "x")
	scope.CaptureMessage("y")
	if tags := fmt.Sprint(recorder.Events()[0]["tags"], recorder.Events()[1]["tags"]); tags != "map[in:fork] <nil>" {
		t.Errorf("got %s", tags)
	}
	if _, err := functions["close"](scope.Handle()); !errors.Is(err, tocsin.ErrStale) {
		t.Errorf("a script closed the host's scope: %v", err)
	}
	before := core.Handle_count(int32(core.KIND_SCOPE))
	if _, err := functions["close"](fork); err != nil {
		t.Error(err)
	}
	if _, err := functions["set_tag"](fork, "a", "b"); !errors.Is(err, tocsin.ErrStale) {
		t.Errorf("got %v", err)
	}
	if now := core.Handle_count(int32(core.KIND_SCOPE)); now > before {
		t.Errorf("%d scopes are open, there were %d", now, before)
	}
}

func TestWhatIsNoScopeIsRefused(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{})
	scope := recorder.Client.Scope().Fork()
	number := scope.Handle()
	bad := []any{nil, -1.0, 0.0, 1.5, math.Exp2(53), math.Exp2(60), math.Exp2(64), math.Inf(1), math.Inf(-1),
		math.NaN(), fmt.Sprint(number), true, []any{}, float64(number + 1), float64(number + 1<<20), -1, int64(-1 << 63)}
	for name, function := range tocsinscript.Functions() {
		for _, value := range bad {
			if _, err := function(value, "a", "b"); err == nil {
				t.Errorf("%s took %v", name, value)
			}
		}
		if _, err := function(); err == nil {
			t.Errorf("%s took nothing", name)
		}
	}
	if len(recorder.Events()) != 0 {
		t.Error("something was captured")
	}
	runtime.KeepAlive(scope)
}

func TestStrangeArgumentsAreErrors(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{})
	scope := recorder.Client.Scope().Fork()
	functions := tocsinscript.Functions()
	for name, arguments := range map[string][]any{
		"set_tag": {"no/slash", "x"}, "set_context": {"a", "text"}, "add_breadcrumb": {7.0}, "set_user": {"text"},
		"set_extra": {"a", func() {}}, "set_level": {"loud"}, "set_fingerprint": {7.0}, "capture_event": {"text"},
	} {
		if _, err := functions[name](append([]any{scope.Handle()}, arguments...)...); err == nil {
			t.Errorf("%s took %v", name, arguments)
		}
	}
	runtime.KeepAlive(scope)
}
