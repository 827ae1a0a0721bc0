package tocsin

import (
	"time"

	"tocsin/internal/core"
)

// seen is the last error of an isolation scope.
type seen struct {
	err error
	at  time.Time
}

// isRepeated says whether the error was the last one on this isolation scope too, and just now.
func (s *Scope) isRepeated(err error) bool {
	if s.client.dedupe <= 0 || err == nil {
		return false
	}
	holder := s.Isolation()
	now := seen{err, time.Now()}
	before := holder.last.Swap(&now)
	if before == nil || now.at.Sub(before.at) > s.client.dedupe || !isSame(before.err, err) {
		return false
	}
	holder.last.Store(before) // the window does not grow
	return true
}

// isSame is false for values that cannot be compared.
func isSame(one, other error) (same bool) {
	defer func() {
		if recover() != nil {
			same = false
		}
	}()
	return one == other
}

// dropRepeated ends the capture where it is counted.
func (s *Scope) dropRepeated(c *capture) {
	text, err := c.eventText()
	if err != nil {
		return
	}
	event := core.Event_prepare(s.handle.get(), int32(s.client.sourceOf(c)), text, 0)
	if event > 0 {
		core.Event_discard(event, byProcessor)
	}
}
