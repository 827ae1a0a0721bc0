package tocsin

import (
	"strings"
	"testing"

	"tocsin/internal/core"
)

// What another language captures on a scope of ours passes our hooks, on a goroutine of theirs.
func TestWhatOthersCaptureIsShownToTheHooks(t *testing.T) {
	if !Available {
		t.Skip("built without cgo")
	}
	patience := map[string]any{"hook_timeout": 600000} // a busy machine may take its time to run the goroutine
	hook := func(event Event, _ *Hint) Event {
		event.Object("tags")["hook"] = "Go's"
		return event
	}
	client, err := NewClient(Options{Transport: "pull", Settings: patience, BeforeSend: hook})
	if err != nil {
		t.Fatal(err)
	}
	status := core.Scope_capture_message(client.Scope().Handle(), "from a plugin", 0, 0, nil)
	if status != int32(core.OK) {
		t.Fatal(errorOf(status))
	}
	envelope, err := client.NextEnvelope(-1)
	if err != nil {
		t.Fatal(err)
	}
	text := string(envelope.Bytes())
	if !strings.Contains(text, `"hook":"Go's"`) || strings.Contains(text, `"platform":"go"`) {
		t.Errorf("got %s", text)
	}
	client.Close(0)
}

func TestEveryStatusHasAText(t *testing.T) {
	if !Available {
		t.Skip("built without cgo")
	}
	for _, status := range []int{core.E_STALE, core.E_FULL, core.E_INTERNAL, -1000} {
		if err := errorOf(int32(status)); len(err.Error()) < 20 {
			t.Errorf("%d: %q", status, err)
		}
	}
}
