package tocsin_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"tocsin"
)

// joined is what errors.Join makes from Go 1.20 on.
type joined []error

func (j joined) Error() string   { return "several" }
func (j joined) Unwrap() []error { return j }

// caused is an error of the kind that has Cause instead of Unwrap.
type caused struct{ inner error }

func (c caused) Error() string { return "caused" }
func (c caused) Cause() error  { return c.inner }

type circle struct{}

func (c *circle) Error() string { return "round" }
func (c *circle) Unwrap() error { return c }

func exceptions(t *testing.T, client *tocsin.Client) []map[string]any {
	t.Helper()
	var found []map[string]any
	for _, value := range valuesOf(only(t, client)) {
		found = append(found, value.(map[string]any))
	}
	return found
}

func TestAChainIsSentTheCauseFirst(t *testing.T) {
	client := open(t, tocsin.Options{})
	inner := &fs.PathError{Op: "open", Path: "a", Err: errors.New("gone")}
	client.Scope().CaptureException(fmt.Errorf("start: %w", inner))
	found := exceptions(t, client)
	same(t, "count", len(found), 3)
	same(t, "types", fmt.Sprint(found[0]["type"], found[1]["type"], found[2]["type"]),
		"*errors.errorString*fs.PathError*fmt.wrapError")
	same(t, "module", found[1]["module"], "io/fs")
	same(t, "value", found[2]["value"], "start: open a: gone")
	outer, cause := found[2]["mechanism"].(map[string]any), found[1]["mechanism"].(map[string]any)
	same(t, "outer", outer, map[string]any{"type": "generic", "handled": true, "exception_id": 0})
	same(t, "cause", cause, map[string]any{"type": "chained", "handled": true, "exception_id": 1,
		"parent_id": 0, "source": "unwrap"})
	same(t, "own stack", found[2]["stacktrace"] != nil, true)
	same(t, "cause's stack", found[0]["stacktrace"], nil)
}

func TestATreeOfErrorsKeepsItsShape(t *testing.T) {
	client := open(t, tocsin.Options{})
	client.Scope().CaptureException(caused{joined{errors.New("a"), errors.New("b"), nil}})
	found := exceptions(t, client)
	same(t, "count", len(found), 4)
	group := found[2]["mechanism"].(map[string]any)
	same(t, "group", group["is_exception_group"], true)
	same(t, "source", group["source"], "cause")
	last := found[0]["mechanism"].(map[string]any)
	same(t, "last", fmt.Sprintln(last["parent_id"], last["source"], found[0]["value"]), "1 errors[1] b\n")
}

func TestStrangeErrorsAreSentToo(t *testing.T) {
	client := open(t, tocsin.Options{})
	client.Scope().CaptureException(&circle{})
	same(t, "circle", len(exceptions(t, client)), 50)
	client.Scope().CaptureException((*bomb)(nil))
	value := exceptions(t, client)[0]["value"].(string)
	same(t, "bomb", strings.Contains(value, "Error method panicked"), true)
	client.Scope().CaptureException(joined{})
	same(t, "empty", len(exceptions(t, client)), 1)
	same(t, "nil", client.Scope().CaptureException(nil) == nil, true)
}

func framesOf(exception map[string]any) []map[string]any {
	trace, _ := exception["stacktrace"].(map[string]any)
	list, _ := trace["frames"].([]any)
	var found []map[string]any
	for _, frame := range list {
		found = append(found, frame.(map[string]any))
	}
	return found
}

func TestTheInnermostFrameIsTheCallersAndHasItsSource(t *testing.T) {
	client := open(t, tocsin.Options{})
	ctx := tocsin.ContextWithScope(context.Background(), client.Scope())
	tocsin.CaptureException(ctx, errors.New("here")) // this very line
	frames := framesOf(exceptions(t, client)[0])
	last := frames[len(frames)-1]
	same(t, "function", last["function"], "TestTheInnermostFrameIsTheCallersAndHasItsSource")
	same(t, "module", last["module"], "tocsin_test")
	same(t, "file", last["filename"], "exception_test.go")
	same(t, "in_app", last["in_app"], true)
	same(t, "line", strings.HasSuffix(last["context_line"].(string), "// this very line"), true)
	same(t, "before", len(last["pre_context"].([]any)), 5)
	first := frames[0]
	same(t, "outermost", first["module"], "testing")
	same(t, "not in_app", first["in_app"], false)
}

func TestInAppCanBeSaid(t *testing.T) {
	client := open(t, tocsin.Options{Settings: map[string]any{"in_app_exclude": []string{"tocsin_test"},
		"in_app_include": []string{"testing"}, "context_lines": 0}})
	client.Scope().CaptureException(errors.New("x"))
	frames := framesOf(exceptions(t, client)[0])
	same(t, "excluded", frames[len(frames)-1]["in_app"], false)
	same(t, "included", frames[0]["in_app"], true)
	same(t, "lines", frames[0]["context_line"], nil)
}

func panics(ctx context.Context, value any) (id *tocsin.EventID) {
	defer tocsin.Recover(ctx)
	panic(value)
}

func TestRecoverReportsThePanicWhereItWas(t *testing.T) {
	var hint *tocsin.Hint
	client := open(t, tocsin.Options{})
	client.Scope().AddErrorProcessor(func(event tocsin.Event, given *tocsin.Hint) tocsin.Event {
		hint = given
		return event
	}, "")
	ctx := tocsin.ContextWithScope(context.Background(), client.Scope())
	panics(ctx, "all is lost")
	event := only(t, client)
	same(t, "level", event["level"], "fatal")
	one := valuesOf(event)[0].(map[string]any)
	same(t, "type", one["type"], "panic(string)")
	same(t, "value", one["value"], "all is lost")
	same(t, "handled", one["mechanism"].(map[string]any)["handled"], false)
	frames := framesOf(one)
	same(t, "function", frames[len(frames)-1]["function"], "panics")
	same(t, "hint", hint.RecoveredException, "all is lost")
}

func TestARuntimeErrorIsAPanicToo(t *testing.T) {
	client := open(t, tocsin.Options{})
	func() {
		defer client.Scope().Recover()
		var list []int
		_ = list[len(list)]
	}()
	one := exceptions(t, client)[0]
	same(t, "type", one["type"], "runtime.boundsError")
	frames := framesOf(one)
	same(t, "function", strings.HasPrefix(frames[len(frames)-1]["function"].(string),
		"TestARuntimeErrorIsAPanicToo"), true)
}

func TestAMessageHasAStackIfAskedFor(t *testing.T) {
	client := open(t, tocsin.Options{AttachStacktrace: true})
	client.Scope().CaptureMessage("x")
	event := only(t, client)
	same(t, "level", event["level"], "info")
	threads := event.Object("threads")["values"].([]any)
	frames := framesOf(threads[0].(map[string]any))
	same(t, "function", frames[len(frames)-1]["function"], "TestAMessageHasAStackIfAskedFor")
}

type method struct{}

func inlinedOnce(f func())       { func() { f() }() }
func (method) Value(f func())    { func() { f() }() }
func (*method) Pointer(f func()) { func() { f() }() }

// What the compiler in use makes of them.
func TestLiteralsOfThisReleaseAreNamedAfterTheirFunction(t *testing.T) {
	client := open(t, tocsin.Options{})
	for name, run := range map[string]func(func()){"inlinedOnce": inlinedOnce,
		"method.Value": method{}.Value, "(*method).Pointer": (&method{}).Pointer} {
		run(func() { client.Scope().CaptureException(errDisk) })
		names := []string{}
		for _, frame := range framesOf(exceptions(t, client)[0]) {
			names = append(names, frame["function"].(string))
		}
		wanted := "TestLiteralsOfThisReleaseAreNamedAfterTheirFunction " + name + " " + name +
			".func TestLiteralsOfThisReleaseAreNamedAfterTheirFunction.func"
		if text := strings.Join(names, " "); !strings.HasSuffix(text, wanted) {
			t.Errorf("%s: got %s", name, text)
		}
	}
}
