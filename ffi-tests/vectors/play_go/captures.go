package main

import (
	"encoding/json"

	"tocsin"
)

// inlineScope is a detached scope that holds inline fields.
func (p *player) inlineScope(with object) *tocsin.Scope {
	scope := p.client.NewScope()
	_ = setTags(scope, with["tags"])
	for key, value := range member(with, "extra") {
		_ = scope.SetExtra(key, value)
	}
	for key := range member(with, "contexts") {
		_ = scope.SetContext(key, member(member(with, "contexts"), key))
	}
	if user := member(with, "user"); user != nil {
		_ = setUser(scope, user)
	}
	_ = scope.SetFingerprint(texts(with["fingerprint"]))
	_ = scope.SetLevel(tocsin.Level(text(with, "level")))
	return scope
}

func (p *player) optionsOfCapture(op object) []tocsin.CaptureOption {
	options := []tocsin.CaptureOption{tocsin.WithLevel(tocsin.Level(text(op, "level")))}
	if with := member(op, "with"); with != nil {
		options = append(options, tocsin.WithOverlay(p.inlineScope(with)))
	} else if op["overlay"] != nil {
		options = append(options, tocsin.WithOverlay(p.scope(op, "overlay")))
	}
	return options
}

func (p *player) capture(op object) bool {
	var id *tocsin.EventID
	switch op["op"] {
	case "capture_message":
		id = p.scope(op, "scope").CaptureMessage(text(op, "message"), p.optionsOfCapture(op)...)
	case "capture_event":
		id = p.scope(op, "scope").CaptureEvent(tocsin.Event(member(op, "event")),
			p.optionsOfCapture(op)...)
	case "capture_exception":
		id = p.scope(op, "scope").CaptureException(raised{text(op, "type"), text(op, "value")},
			p.optionsOfCapture(op)...)
	default:
		return false
	}
	p.result.Captures = append(p.result.Captures, id)
	p.result.Stats = append(p.result.Stats, json.RawMessage(p.client.Stats()))
	return true
}
