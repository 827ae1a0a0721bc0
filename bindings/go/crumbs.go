package tocsin

import (
	"time"

	"tocsin/internal/core"
)

// AddBreadcrumb adds a breadcrumb, unless BeforeBreadcrumb drops it.
func (s *Scope) AddBreadcrumb(crumb Breadcrumb, hints ...*Hint) error {
	if s == nil {
		return nil
	}
	if before := s.client.options.BeforeBreadcrumb; before != nil {
		if !s.client.Enabled() {
			return nil
		}
		kept, err := s.throughHook(before, crumb, hints)
		if kept == nil {
			return err
		}
		crumb = *kept
	}
	return s.doJSON(crumb.members(), core.Scope_add_breadcrumb)
}

// throughHook shows the crumb as it would be stored. What the hook left alone the library fills in.
func (s *Scope) throughHook(before func(*Breadcrumb, *Hint) *Breadcrumb, crumb Breadcrumb,
	hints []*Hint) (kept *Breadcrumb, err error) {
	mark, ok := enter(s.client, crumbHook)
	if !ok {
		return nil, ErrReentrant
	}
	defer mark.leave()
	defer func() {
		if raised := recover(); raised != nil {
			s.client.complain("BeforeBreadcrumb panicked, the breadcrumb is dropped", raised)
			kept = nil
		}
	}()
	filled := crumb.Timestamp.IsZero()
	shown := crumb
	if filled {
		shown.Timestamp = time.Now()
	}
	now := shown.Timestamp
	if shown.Type == "" {
		shown.Type = "default"
	}
	kept = before(&shown, firstHint(hints))
	if kept != nil && filled && kept.Timestamp.Equal(now) {
		kept.Timestamp = time.Time{}
	}
	return kept, nil
}

func firstHint(hints []*Hint) *Hint {
	if len(hints) > 0 && hints[0] != nil {
		return hints[0]
	}
	return &Hint{}
}
