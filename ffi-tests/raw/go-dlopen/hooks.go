package main

import (
	"fmt"
	"strings"

	"github.com/ebitengine/purego"
)

// clean is the user's own hook: nobody's password leaves, and some events do not at all.
func clean(event string) (string, bool) {
	return strings.ReplaceAll(event, "hunter2", "[gone]"), !strings.Contains(event, "drop me")
}

func (p *player) callbacks() map[byte]uintptr {
	return map[byte]uintptr{
		'a': purego.NewCallback(func(event, _, user uintptr) uintptr {
			p.say(fmt.Sprintf("? %d %d", event, user))
			return uintptr(p.serve())
		}),
		'c': purego.NewCallback(func(event, _, _ uintptr) uintptr {
			cleaned, isKept := clean(p.jsonOf(event))
			if !isKept {
				return drop
			}
			var memory pins
			defer memory.Unpin()
			text, length := memory.text(cleaned)
			p.prepare("event_set_json")
			return uintptr(p.status("event_set_json", event, text, length))
		}),
	}
}

// filter is a capture in two steps, with the hook between them.
func (p *player) filter(source int32, scope uintptr, json string) string {
	p.prepare("event_prepare", "event_discard", "event_submit")
	var memory pins
	defer memory.Unpin()
	text, length := memory.text(json)
	event := p.wide("event_prepare", scope, uintptr(source), text, length, 0, 0)
	if event <= 0 {
		return fmt.Sprint(event)
	}
	cleaned, isKept := clean(p.jsonOf(uintptr(event)))
	if !isKept {
		text, length = memory.text("before_send")
		return fmt.Sprint(p.status("event_discard", uintptr(event), text, length))
	}
	id := make([]byte, eventIDSize)
	text, length = memory.text(cleaned)
	status := p.status("event_submit", uintptr(event), text, length, memory.bytes(id))
	return fmt.Sprint(status, " ", textUntilNUL(id))
}
