package tocsin

import (
	"runtime"

	"tocsin/internal/core"
)

// deliver sends the capture off. A scope that is closed does not lose it.
func (s *Scope) deliver(c *capture) *EventID {
	if s.isRepeated(c.hint.OriginalException) {
		s.dropRepeated(c)
		return nil
	}
	hooks := s.hooksFor(c.overlay)
	if hooks.any() || c.direct == nil {
		mark, ok := enter(s.client, eventHook)
		if !ok {
			s.client.complain("a hook captured while it looked at an event", ErrReentrant)
			return nil
		}
		defer mark.leave()
	}
	overlay := s.overlayFor(c.overlay)
	defer overlay.closeIfNot(s.client.origin)
	id := make([]byte, core.EVENT_ID_SIZE)
	status, err := s.attempt(c, hooks, overlay.get(), id)
	if status == int32(core.E_STALE) && s != s.client.root {
		stale := s.client.markedStale(overlay)
		defer stale.close()
		status, err = s.client.root.attempt(c, hooks, stale.get(), id)
	}
	runtime.KeepAlive(c.overlay)
	runtime.KeepAlive(s)
	if err == nil {
		err = errorOf(status)
	}
	if err != nil {
		s.client.complain("an event was not captured", err)
	}
	if id[0] == 0 {
		return nil
	}
	made := EventID(id[:core.EVENT_ID_SIZE-1])
	return &made
}

// attempt captures on s, in one step where nobody here wants to see the event.
func (s *Scope) attempt(c *capture, hooks hooks, overlay int64, id []byte) (int32, error) {
	if !hooks.any() && c.direct != nil {
		return c.direct(s.handle.get(), c.text, overlay, id), nil
	}
	text, err := c.eventText()
	if err != nil {
		return int32(core.OK), err
	}
	event := core.Event_prepare(s.handle.get(), int32(s.client.sourceOf(c)), text, overlay)
	if event == int64(core.E_DENIED) && s.isShownByThePump() {
		return core.Scope_capture_event(s.handle.get(), text, overlay, id), nil
	}
	if event <= 0 {
		return int32(event), nil
	}
	return hooks.finish(event, c.source == core.CAPTURE_EXCEPTION, c.hint, id)
}

// isShownByThePump says of a scope that may not be read whether what is captured on it in one step is
// shown to all who want to see it: the client's hooks see it as they see what other languages capture.
func (s *Scope) isShownByThePump() bool {
	inner := s.isolation == nil || len(s.isolation.ownProcessors()) == 0
	return s.client.hooked && inner && len(s.ownProcessors()) == 0
}

// sourceOf says that our own hooks are run here.
func (c *Client) sourceOf(one *capture) int {
	if c.hooked {
		return one.source | core.CAPTURE_HOOKED
	}
	return one.source
}

// eventText is an event object, whatever the one step would have taken.
func (c *capture) eventText() (string, error) {
	if c.direct != nil && c.source == core.CAPTURE_EXCEPTION {
		return `{"exception":{"values":` + c.text + `}}`, nil
	}
	if c.direct != nil && c.source == core.CAPTURE_MESSAGE {
		event := messageEvent(c.text)
		putText(event, "level", string(c.level))
		return encode(event)
	}
	return c.text, nil
}

// overlayFor says "Go", and what the capture's own overlay says, unless that is a layer anyway.
func (s *Scope) overlayFor(extra *Scope) *handle {
	c := s.client
	if extra == nil || extra == s || extra == s.isolation || extra == c.global {
		return c.origin
	}
	made := c.forkOf(c.origin)
	core.Scope_merge(made.get(), extra.handle.get())
	return made
}

func (c *Client) markedStale(overlay *handle) *handle {
	made := c.forkOf(overlay)
	core.Scope_set_tag(made.get(), "tocsin.stale_scope", "true")
	return made
}

func (c *Client) forkOf(overlay *handle) *handle {
	return own(core.Scope_fork(overlay.get()))
}

func (h *handle) closeIfNot(kept *handle) {
	if h != kept {
		h.close()
	}
}
