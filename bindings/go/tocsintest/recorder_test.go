package tocsintest_test

import (
	"context"
	"strings"
	"testing"

	"tocsin"
	"tocsin/tocsintest"
)

func TestARecorderKeepsWhatWasCaptured(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{})
	ctx := recorder.Context()
	tocsin.AddAttachment(ctx, tocsin.Attachment{Filename: "a", Payload: []byte("{\n\"type\":\"event\"}\n")})
	tocsin.CaptureMessage(ctx, "one")
	if text := recorder.Only().Object("logentry")["formatted"]; text != "one" {
		t.Errorf("got %v", text)
	}
	tocsin.CaptureMessage(ctx, "two")
	if len(recorder.Events()) != 2 || !strings.Contains(string(recorder.Envelopes()[1]), "two") {
		t.Errorf("got %v", recorder.Events())
	}
	recorder.Reset()
	if len(recorder.Events())+len(recorder.Envelopes()) != 0 {
		t.Error("not forgotten")
	}
}

func TestAnInstalledRecorderTakesWhatHasNoScope(t *testing.T) {
	before := tocsin.CurrentClient()
	t.Run("inside", func(t *testing.T) {
		recorder := tocsintest.Install(t, tocsin.Options{})
		tocsin.CaptureMessage(context.Background(), "x")
		recorder.Only()
	})
	if tocsin.CurrentClient() != before {
		t.Error("the client stayed")
	}
}
