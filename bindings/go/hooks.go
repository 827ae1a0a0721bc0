package tocsin

import (
	"fmt"

	"tocsin/internal/core"
)

// The library never calls into Go. A capture that Go functions want to see is made in two steps:
// prepared, shown to them here, then submitted or discarded.

// A processor of a scope: for every event, or for those that come from an error (of one type).
type processor struct {
	run       EventProcessor
	forErrors bool
	errorType string
}

// AddEventProcessor adds a function that sees each event captured on this scope or on forks made
// later.
func (s *Scope) AddEventProcessor(run EventProcessor) {
	s.addProcessor(processor{run: run})
}

// AddErrorProcessor adds one for events that come from an error. A type, as events spell it
// ("*fs.PathError"), limits it to errors whose outermost type that is; empty: all.
func (s *Scope) AddErrorProcessor(run EventProcessor, errorType string) {
	s.addProcessor(processor{run: run, forErrors: true, errorType: errorType})
}

func (s *Scope) addProcessor(added processor) {
	if s == nil || added.run == nil {
		return
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	list := make([]processor, 0, len(s.processors)+1)
	s.processors = append(append(list, s.processors...), added)
}

func (s *Scope) ownProcessors() []processor {
	if s == nil {
		return nil
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.processors
}

// hooks are what one event has to pass, in this order.
type hooks struct {
	layers     [][]processor // from the global scope inwards
	client     []EventProcessor
	beforeSend EventProcessor
	sampler    func(Event, *Hint) float64
}

func hooksOf(options Options) hooks {
	return hooks{client: options.EventProcessors, beforeSend: options.BeforeSend,
		sampler: options.ErrorSampler}
}

// hooksFor are those of a capture on s.
func (s *Scope) hooksFor(overlay *Scope) hooks {
	found := hooks{}
	if s.client.hooked {
		found = hooksOf(s.client.options)
	}
	layers := [...]*Scope{s.client.global, s.isolation, s, overlay}
	for i, layer := range layers {
		if list := layer.ownProcessors(); len(list) > 0 && !isAmong(layer, layers[:i]) {
			found.layers = append(found.layers, list)
		}
	}
	return found
}

func isAmong(scope *Scope, scopes []*Scope) bool {
	for _, one := range scopes {
		if one == scope {
			return true
		}
	}
	return false
}

func (h hooks) any() bool {
	return len(h.layers) > 0 || len(h.client) > 0 || h.beforeSend != nil || h.sampler != nil
}

// Reasons under which the library counts what is dropped here.
const (
	byProcessor  = "event_processor"
	byBeforeSend = "before_send"
)

// A verdict is what became of an event among the hooks.
type verdict struct {
	text   string // as it is now
	reason string // why it is dropped, or empty
	rate   int32  // of the sampler, in millionths; below 0: it has no say
}

func (h hooks) judge(text string, isError bool, hint *Hint) (verdict, error) {
	made := verdict{text: text, rate: -1}
	if !h.any() {
		return made, nil
	}
	event, reason, err := h.apply(text, isError, hint)
	if reason != "" {
		return verdict{reason: reason}, err
	}
	if h.sampler != nil {
		made.rate = rateOf(h.sampler, event, hint)
	}
	if made.text, err = encode(event); err != nil {
		return verdict{reason: byProcessor}, err
	}
	return made, nil
}

func rateOf(sampler func(Event, *Hint) float64, event Event, hint *Hint) (millionths int32) {
	defer func() {
		if recover() != nil {
			millionths = -1
		}
	}()
	if rate := sampler(event, hint); rate >= 0 && rate <= 1 {
		return int32(rate * 1e6)
	}
	return -1
}

// apply shows the event to all. The reason is empty unless one of them dropped it or failed.
func (h hooks) apply(text string, isError bool, hint *Hint) (event Event, reason string, err error) {
	if err := decode(text, &event); err != nil {
		return nil, byProcessor, err
	}
	if event, err = h.process(event, isError, hint); event == nil {
		return nil, byProcessor, err
	}
	if h.beforeSend != nil {
		if event, err = safely(h.beforeSend, event, hint); event == nil {
			return nil, byBeforeSend, err
		}
	}
	return event, "", nil
}

func (h hooks) process(event Event, isError bool, hint *Hint) (Event, error) {
	var err error
	for _, run := range h.inOrder(isError, raisedType(event)) {
		if event, err = safely(run, event, hint); event == nil {
			return nil, err
		}
	}
	return event, nil
}

// inOrder: error processors of all layers come before event processors of any.
func (h hooks) inOrder(isError bool, raised string) []EventProcessor {
	var errors, events []EventProcessor
	for _, layer := range h.layers {
		for _, one := range layer {
			if !one.forErrors {
				events = append(events, one.run)
			} else if isError && (one.errorType == "" || one.errorType == raised) {
				errors = append(errors, one.run)
			}
		}
	}
	return append(append(errors, events...), h.client...)
}

// raisedType is the type of the outermost error, which stands last.
func raisedType(event Event) string {
	holder, _ := event["exception"].(map[string]any)
	values, _ := holder["values"].([]any)
	if len(values) == 0 {
		return ""
	}
	last, _ := values[len(values)-1].(map[string]any)
	name, _ := last["type"].(string)
	return name
}

// safely turns a panic into "drop": a filter that failed may not have removed what it should.
func safely(run EventProcessor, event Event, hint *Hint) (kept Event, err error) {
	defer func() {
		if raised := recover(); raised != nil {
			kept, err = nil, fmt.Errorf("a hook panicked: %v", raised)
		}
	}()
	return run(event, hint), nil
}

// finish shows a prepared event to the hooks and ends it.
func (h hooks) finish(event int64, isError bool, hint *Hint, id []byte) (int32, error) {
	open := true
	defer func() {
		if open {
			core.Event_discard(event, byProcessor)
		}
	}()
	text, err := textOf(func(buf []byte) int64 { return core.Event_json(event, buf) })
	if err != nil {
		return int32(core.OK), err
	}
	judged, err := h.judge(text, isError, hint)
	open = false
	if judged.reason != "" {
		core.Event_discard(event, judged.reason)
		return int32(core.DROPPED), err
	}
	if judged.rate >= 0 {
		core.Event_set_rate(event, judged.rate)
	}
	return core.Event_submit(event, judged.text, id), nil
}

// pump shows the client's hooks what other languages capture on it, until it is closed.
func (c *Client) pump(client int64) {
	defer core.Handle_close(client)
	hooks := hooksOf(c.options)
	for {
		event := core.Client_next_event(client, -1)
		if event < 0 {
			return
		}
		if event > 0 {
			c.showParked(event, hooks)
		}
	}
}

func (c *Client) showParked(event int64, hooks hooks) {
	mark, _ := enter(c, eventHook)
	defer mark.leave()
	if _, err := hooks.finish(event, false, &Hint{}, nil); err != nil {
		c.complain("an event of another language was dropped", err)
	}
}
