package tocsin_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	"tocsin"
	"tocsin/internal/testclient"
)

// slices cannot be compared.
type uncomparable struct{ list []int }

func (uncomparable) Error() string { return "uncomparable" }

func TestAnErrorCapturedTwiceInARowArrivesOnce(t *testing.T) {
	client := testclient.Open(t, tocsin.Options{})
	scope := client.Scope().ForkIsolation()
	if scope.CaptureException(errDisk) == nil {
		t.Error("the first was left out")
	}
	same(t, "second", scope.Fork().CaptureException(errDisk) == nil, true)
	same(t, "panic", scope.CapturePanic(errDisk) == nil, true)
	same(t, "events", len(sent(t, client)), 1)
	same(t, "discarded", discarded(t, client), map[string]int{"event_processor": 2})
	scope.CaptureException(errors.New("another"))
	scope.CaptureException(errDisk)
	same(t, "with one between", len(sent(t, client)), 2)
	scope.ForkIsolation().CaptureException(errDisk)
	same(t, "another request's", len(sent(t, client)), 1)
}

func TestWithTheFilterOffItArrivesTwice(t *testing.T) {
	client := testclient.Open(t, tocsin.Options{Integrations: []tocsin.Integration{tocsin.Off("dedupe")}})
	client.Scope().CaptureException(errDisk)
	client.Scope().CaptureException(errDisk)
	same(t, "events", len(sent(t, client)), 2)
}

func TestAnErrorThatHappensAgainLaterArrives(t *testing.T) {
	client := testclient.Open(t, tocsin.Options{Integrations: []tocsin.Integration{tocsin.Dedupe{Window: 1}}})
	client.Scope().CaptureException(errDisk)
	for start := time.Now(); time.Since(start) < time.Microsecond; {
	}
	client.Scope().CaptureException(errDisk)
	same(t, "events", len(sent(t, client)), 2)
}

func TestErrorsThatCannotBeComparedDoNotPanic(t *testing.T) {
	client := testclient.Open(t, tocsin.Options{})
	for i := 0; i < 2; i++ {
		if client.Scope().CaptureException(uncomparable{[]int{1}}) == nil {
			t.Error("lost")
		}
		if client.Scope().CaptureException(fmt.Errorf("x: %w", uncomparable{})) == nil {
			t.Error("lost")
		}
	}
	same(t, "events", len(sent(t, client)), 4)
}

func integrationsOf(event tocsin.Event) string {
	list, _ := event.Object("sdk")["integrations"].([]any)
	var names []string
	for _, name := range list {
		names = append(names, name.(string))
	}
	if !sort.StringsAreSorted(names) {
		return "not sorted: " + fmt.Sprint(names)
	}
	return strings.Join(names, " ")
}

// own is an integration of the program.
type own struct{ set *int }

func (own) Name() string { return "own" }
func (o own) Setup(client *tocsin.Client) {
	*o.set++
	client.GlobalScope().SetTag("own", "yes")
}

type broken struct{}

func (broken) Name() string         { return "broken" }
func (broken) Setup(*tocsin.Client) { panic("boom") }

func TestEventsNameTheIntegrationsInUse(t *testing.T) {
	client := testclient.Open(t, tocsin.Options{})
	client.Scope().CaptureMessage("x")
	event := only(t, client)
	same(t, "default", integrationsOf(event), "argv dedupe modules")
	same(t, "arguments", fmt.Sprint(event.Object("extra")["sys.argv"]) != "<nil>", true)
	client.UseIntegration("stdlib")
	client.UseIntegration("gin")
	client.Scope().CaptureMessage("x")
	same(t, "used", integrationsOf(only(t, client)), "argv dedupe gin modules stdlib")
}

func TestIntegrationsAreTurnedOffSinglyOrAllAndReplaced(t *testing.T) {
	set := 0
	client := testclient.Open(t, tocsin.Options{Integrations: []tocsin.Integration{tocsin.Off("argv"),
		tocsin.Off("modules"), tocsin.Off("gin"), own{&set}, broken{}, nil}})
	same(t, "gin", client.UseIntegration("gin"), false)
	client.Scope().CaptureMessage("x")
	event := only(t, client)
	same(t, "names", integrationsOf(event), "dedupe own")
	same(t, "arguments", event["extra"], nil)
	same(t, "modules", event["modules"], nil)
	same(t, "tag", event.Object("tags")["own"], "yes")
	same(t, "set up", set, 1)

	bare := open(t, tocsin.Options{Integrations: []tocsin.Integration{tocsin.Modules{}}})
	same(t, "stdlib", bare.UseIntegration("stdlib"), false)
	bare.Scope().CaptureMessage("x")
	same(t, "one", integrationsOf(only(t, bare)), "modules")
	none := open(t, tocsin.Options{})
	none.Scope().CaptureMessage("x")
	same(t, "none", integrationsOf(only(t, none)), "")
}

func TestGoReportsAPanicOnAForkOfTheScope(t *testing.T) {
	client := testclient.Open(t, tocsin.Options{})
	ctx := tocsin.ForkIsolation(tocsin.ContextWithScope(context.Background(), client.Scope()))
	tocsin.SetTag(ctx, "request", "1")
	done := make(chan bool)
	tocsin.Go(ctx, func(inner context.Context) {
		defer close(done)
		tocsin.ScopeFromContext(inner).SetTag("step", "inner")
		panic("in a goroutine")
	})
	<-done
	envelope, err := client.NextEnvelope(time.Minute)
	if err != nil || envelope == nil {
		t.Fatal("no event", err)
	}
	event := eventIn(t, envelope.Bytes())[0]
	same(t, "tags", event["tags"], map[string]any{"request": "1", "step": "inner"})
	same(t, "level", event["level"], "fatal")
	same(t, "integrations", integrationsOf(event), "argv dedupe modules threading")
	tocsin.CaptureMessage(ctx, "outside")
	same(t, "outside", only(t, client)["tags"], map[string]any{"request": "1"})
}

func TestRepanicReportsAndGoesOn(t *testing.T) {
	client := open(t, tocsin.Options{ShutdownTimeout: 1})
	ctx := tocsin.ContextWithScope(context.Background(), client.Scope())
	func() {
		defer func() { same(t, "raised", recover(), "boom") }()
		defer tocsin.Repanic(ctx)
		panic("boom")
	}()
	same(t, "value", valuesOf(only(t, client))[0].(map[string]any)["value"], "boom")
	func() { defer tocsin.Repanic(ctx) }()
	same(t, "without a panic", len(sent(t, client)), 0)
}

func TestGoEndsNoPanicInSilence(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stderr
	os.Stderr = write
	defer func() { os.Stderr = before }()
	tocsin.Go(context.Background(), func(context.Context) { panic("nobody is there") })
	line, _ := bufio.NewReader(read).ReadString('\n')
	same(t, "line", line, "tocsin: a goroutine panicked: nobody is there\n")
}
