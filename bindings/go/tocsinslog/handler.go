//go:build go1.21

package tocsinslog

import (
	"context"
	"log/slog"

	"tocsin"
)

// Options say which records are reported. What is not set is as the client's integration Logging has
// it.
type Options struct {
	Events      slog.Leveler // from here on a record is an event
	Breadcrumbs slog.Leveler // from here on it leaves a breadcrumb
	// Ignored are loggers that leave nothing, besides those that Logging names. A logger's name is
	// its attribute "logger", else the package that the call stands in.
	Ignored []string
}

// Handler reports records, and hands them on.
type Handler struct {
	next    slog.Handler // nil: nobody
	options Options
	path    *step // of WithAttrs and WithGroup
}

// A step is what WithAttrs or WithGroup added to the handler before.
type step struct {
	before *step
	group  string
	attrs  []slog.Attr
}

// New is a handler that reports and hands on to next, which decides by itself what it takes. nil:
// there is none.
func New(next slog.Handler, options Options) *Handler {
	return &Handler{next: next, options: options}
}

// Enabled says whether anybody wants records of that level.
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	if h.next != nil && h.next.Enabled(ctx, level) {
		return true
	}
	wanted := h.wanted(tocsin.ScopeFromContext(ctx))
	return wanted.isEvent(level) || wanted.isCrumb(level)
}

// Handle reports a record on the scope of the context, and hands it on.
func (h *Handler) Handle(ctx context.Context, record slog.Record) error {
	h.report(ctx, record)
	if h.next != nil && h.next.Enabled(ctx, record.Level) {
		return h.next.Handle(ctx, record)
	}
	return nil
}

// WithAttrs is a handler whose records all have these attributes.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	made := *h
	made.path = &step{before: h.path, attrs: attrs}
	if h.next != nil {
		made.next = h.next.WithAttrs(attrs)
	}
	return &made
}

// WithGroup is a handler whose later attributes are in a group.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	made := *h
	made.path = &step{before: h.path, group: name}
	if h.next != nil {
		made.next = h.next.WithGroup(name)
	}
	return &made
}

// thresholds are the options and the integration's in one.
type thresholds struct {
	on             bool
	events, crumbs slog.Level
	noEvents       bool
	noCrumbs       bool
	ignored        []string
}

func (h *Handler) wanted(scope *tocsin.Scope) thresholds {
	logging, on := scope.Client().Logging()
	made := thresholds{on: on, events: slogLevel(logging.Events), crumbs: slogLevel(logging.Breadcrumbs),
		noEvents: logging.NoEvents, noCrumbs: logging.NoBreadcrumbs, ignored: logging.Ignored}
	if h.options.Events != nil {
		made.events, made.noEvents = h.options.Events.Level(), false
	}
	if h.options.Breadcrumbs != nil {
		made.crumbs, made.noCrumbs = h.options.Breadcrumbs.Level(), false
	}
	return made
}

func (t thresholds) isEvent(level slog.Level) bool {
	return t.on && !t.noEvents && level >= t.events
}

func (t thresholds) isCrumb(level slog.Level) bool {
	return t.on && !t.noCrumbs && level >= t.crumbs
}

// LevelFatal is the slog level that counts as fatal; slog itself has none above error.
const LevelFatal = slog.Level(12)

func slogLevel(level tocsin.Level) slog.Level {
	switch level {
	case tocsin.LevelDebug:
		return slog.LevelDebug
	case tocsin.LevelWarning:
		return slog.LevelWarn
	case tocsin.LevelError:
		return slog.LevelError
	case tocsin.LevelFatal:
		return LevelFatal
	}
	return slog.LevelInfo
}

func levelOf(level slog.Level) tocsin.Level {
	switch {
	case level < slog.LevelInfo:
		return tocsin.LevelDebug
	case level < slog.LevelWarn:
		return tocsin.LevelInfo
	case level < slog.LevelError:
		return tocsin.LevelWarning
	case level < LevelFatal:
		return tocsin.LevelError
	}
	return tocsin.LevelFatal
}
