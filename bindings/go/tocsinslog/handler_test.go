//go:build go1.21

package tocsinslog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/slogtest"

	"tocsin"
	"tocsin/tocsinslog"
	"tocsin/tocsintest"
)

var errDisk = errors.New("disk full")

func logger(options tocsinslog.Options) *slog.Logger {
	return slog.New(tocsinslog.New(nil, options))
}

func crumbsOf(event tocsin.Event) string {
	values, _ := event.Object("breadcrumbs")["values"].([]any)
	text := ""
	for _, value := range values {
		crumb := value.(map[string]any)
		text += fmt.Sprint(crumb["level"], ":", crumb["message"], ":", crumb["data"], " ")
	}
	return text
}

func TestErrorsBecomeEventsAndTheRestBreadcrumbs(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{})
	ctx := recorder.Context()
	log := logger(tocsinslog.Options{})
	log.DebugContext(ctx, "nobody wants this")
	log.InfoContext(ctx, "started", "port", 80)
	log.WarnContext(ctx, "slow")
	log.ErrorContext(ctx, "payment failed", "err", errDisk, "order", 7)
	event := recorder.Only()
	if got := crumbsOf(event); got != "info:started:map[port:80] warning:slow:<nil> " {
		t.Errorf("crumbs: %s", got)
	}
	values := event.Object("exception")["values"].([]any)
	last := values[len(values)-1].(map[string]any)
	frames := last["stacktrace"].(map[string]any)["frames"].([]any)
	got := fmt.Sprint(event["level"], event["logger"], event.Object("logentry")["formatted"], last["value"],
		event.Object("extra")["order"], event.Object("extra")["err"],
		frames[len(frames)-1].(map[string]any)["function"])
	if got != "errortocsin/tocsinslog_testpayment faileddisk full7disk fullTestErrorsBecomeEventsAndTheRestBreadcrumbs" {
		t.Errorf("got %s", got)
	}
	tocsin.CaptureMessage(ctx, "after")
	if got := crumbsOf(recorder.Events()[1]); !strings.Contains(got, "error:payment failed") {
		t.Errorf("crumbs: %s", got)
	}
}

func TestAnErrorLoggedAndCapturedArrivesOnce(t *testing.T) {
	for _, wanted := range []int{1, 2} {
		options := tocsin.Options{}
		if wanted == 2 {
			options.Integrations = []tocsin.Integration{tocsin.Off("dedupe")}
		}
		recorder := tocsintest.New(t, options)
		ctx := recorder.Context()
		logger(tocsinslog.Options{}).ErrorContext(ctx, "failed", "err", errDisk)
		tocsin.CaptureException(ctx, errDisk)
		if got := len(recorder.Events()); got != wanted {
			t.Errorf("%d events instead of %d", got, wanted)
		}
	}
}

func TestThresholdsAreTheProgramsOrTheIntegrations(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{Integrations: []tocsin.Integration{
		tocsin.Logging{Events: tocsin.LevelWarning, Breadcrumbs: tocsin.LevelDebug, Ignored: []string{"quiet"}}}})
	ctx := recorder.Context()
	log := logger(tocsinslog.Options{Ignored: []string{"chatty"}})
	log.DebugContext(ctx, "a")
	log.WarnContext(ctx, "b")
	log.With("logger", "quiet.inner").ErrorContext(ctx, "ignored")
	log.WarnContext(ctx, "ignored", "logger", "chatty")
	if got := crumbsOf(recorder.Only()); got != "debug:a:<nil> " {
		t.Errorf("crumbs: %s", got)
	}
	recorder.Reset()
	var level slog.LevelVar
	log = logger(tocsinslog.Options{Events: &level, Breadcrumbs: slog.LevelError})
	log.InfoContext(ctx, "c", "logger", "shop")
	if event := recorder.Only(); event["level"] != "info" || event["logger"] != "shop" {
		t.Errorf("got %v", event)
	}
	level.Set(tocsinslog.LevelFatal)
	log.ErrorContext(ctx, "d")
	log.Log(ctx, tocsinslog.LevelFatal, "e")
	if events := recorder.Events(); len(events) != 2 || events[1]["level"] != "fatal" {
		t.Errorf("got %v", events)
	}
	none := tocsintest.New(t, tocsin.Options{Integrations: []tocsin.Integration{tocsin.Logging{NoEvents: true, NoBreadcrumbs: true}}})
	if logger(tocsinslog.Options{}).Enabled(none.Context(), slog.LevelError) {
		t.Error("enabled, though nobody wants anything")
	}
	off := tocsintest.New(t, tocsin.Options{Integrations: []tocsin.Integration{tocsin.Off("logging")}})
	if logger(tocsinslog.Options{Events: slog.LevelDebug}).Enabled(off.Context(), slog.LevelError) {
		t.Error("enabled, though it is off")
	}
}

func TestGroupsAndAttributesAreKeptAndTheNextHandlerGetsAll(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{Integrations: []tocsin.Integration{tocsin.Off("argv")}})
	var out bytes.Buffer
	next := slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})
	log := slog.New(tocsinslog.New(next, tocsinslog.Options{})).With("a", 1).WithGroup("g").With("b", 2)
	log.WithGroup("empty").ErrorContext(recorder.Context(), "x")
	log.ErrorContext(recorder.Context(), "x", slog.Group("h", "c", 3), "f", func() {}, "bomb", bomb{})
	log.Debug("also")
	if got := fmt.Sprint(recorder.Events()[0]["extra"]); got != "map[a:1 g:map[b:2]]" {
		t.Errorf("got %s", got)
	}
	group := recorder.Events()[1].Object("extra")["g"].(map[string]any)
	if fmt.Sprintln(group["b"], group["h"], group["bomb"]) != "2 map[c:3] (panicked: boom)\n" || group["f"] == nil {
		t.Errorf("got %v", group)
	}
	if !strings.Contains(out.String(), "a=1 g.b=2 g.h.c=3") || !strings.Contains(out.String(), "msg=also") {
		t.Errorf("next got %s", out.String())
	}
}

type bomb struct{}

func (bomb) MarshalJSON() ([]byte, error) { panic("boom") }

func (bomb) String() string { return "b" }

func TestHooksAreShownTheRecord(t *testing.T) {
	var of []string
	note := func(what string, hint *tocsin.Hint) {
		of = append(of, what+hint.LogRecord.(slog.Record).Message)
	}
	recorder := tocsintest.New(t, tocsin.Options{
		BeforeSend: func(event tocsin.Event, hint *tocsin.Hint) tocsin.Event {
			note("event ", hint)
			return event
		},
		BeforeBreadcrumb: func(crumb *tocsin.Breadcrumb, hint *tocsin.Hint) *tocsin.Breadcrumb {
			note("crumb ", hint)
			return crumb
		}})
	logger(tocsinslog.Options{}).ErrorContext(recorder.Context(), "x")
	if fmt.Sprint(of) != "[event x crumb x]" {
		t.Errorf("got %v", of)
	}
}

func TestAHookThatLogsDoesNotCallItself(t *testing.T) {
	log := logger(tocsinslog.Options{})
	var ctx context.Context
	recorder := tocsintest.New(t, tocsin.Options{BeforeSend: func(event tocsin.Event, _ *tocsin.Hint) tocsin.Event {
		log.ErrorContext(ctx, "inside")
		return event
	}})
	ctx = recorder.Context()
	log.ErrorContext(ctx, "outside")
	recorder.Only()
}

// The rules that the standard library has for handlers.
func TestItIsAHandlerAsTheStandardLibraryWantsIt(t *testing.T) {
	recorder := tocsintest.Install(t, tocsin.Options{Integrations: []tocsin.Integration{tocsin.Off("argv")},
		BeforeSend: func(event tocsin.Event, hint *tocsin.Hint) tocsin.Event {
			if record := hint.LogRecord.(slog.Record); !record.Time.IsZero() {
				event.Object("extra")[slog.TimeKey] = record.Time
			}
			return event
		}})
	handler := tocsinslog.New(nil, tocsinslog.Options{Events: slog.LevelDebug})
	err := slogtest.TestHandler(handler, func() []map[string]any {
		var records []map[string]any
		for _, event := range recorder.Events() {
			record := event.Object("extra")
			record[slog.LevelKey], record[slog.MessageKey] = event["level"], event.Object("logentry")["formatted"]
			records = append(records, record)
		}
		return records
	})
	if err != nil {
		t.Error(err)
	}
}
