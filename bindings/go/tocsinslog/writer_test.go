package tocsinslog_test

import (
	"bytes"
	"log"
	"strings"
	"testing"

	"tocsin"
	"tocsin/tocsinslog"
	"tocsin/tocsintest"
)

func TestLinesOfPackageLogAreBreadcrumbsOrEvents(t *testing.T) {
	var record any
	recorder := tocsintest.Install(t, tocsin.Options{BeforeSend: func(event tocsin.Event, hint *tocsin.Hint) tocsin.Event {
		record = hint.LogRecord
		return event
	}})
	var out bytes.Buffer
	log.New(tocsinslog.NewWriter(tocsinslog.WriterOptions{Next: &out}), "", 0).Print("started")
	log.New(tocsinslog.NewWriter(tocsinslog.WriterOptions{Level: tocsin.LevelError, Name: "shop"}), "shop: ", 0).Print("failed")
	event := recorder.Only()
	values := event.Object("breadcrumbs")["values"].([]any)
	crumb := values[0].(map[string]any)
	if len(values) != 1 || crumb["message"] != "started" || crumb["category"] != "log" || out.String() != "started\n" {
		t.Errorf("got %v and %q", values, out.String())
	}
	if event["level"] != "error" || event["logger"] != "shop" || event.Object("logentry")["formatted"] != "shop: failed" {
		t.Errorf("got %v", event)
	}
	if record != "shop: failed" {
		t.Errorf("hint: %v", record)
	}
}

func TestIgnoredWritersLeaveNothing(t *testing.T) {
	recorder := tocsintest.Install(t, tocsin.Options{Integrations: []tocsin.Integration{
		tocsin.Logging{Ignored: []string{"net"}}}})
	for _, name := range []string{"net", "net/http", "net.dial"} {
		log.New(tocsinslog.NewWriter(tocsinslog.WriterOptions{Level: tocsin.LevelError, Name: name}), "", 0).Print("x")
	}
	log.New(tocsinslog.NewWriter(tocsinslog.WriterOptions{Level: tocsin.LevelError, Name: "network"}), "", 0).Print("y")
	if text := recorder.Only().Object("logentry")["formatted"]; !strings.Contains(text.(string), "y") {
		t.Errorf("got %v", text)
	}
}
