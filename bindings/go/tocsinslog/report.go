//go:build go1.21

package tocsinslog

import (
	"context"
	"log/slog"
	"runtime"
	"strings"

	"tocsin"
)

// report never fails: a record that cannot be read is none.
func (h *Handler) report(ctx context.Context, record slog.Record) {
	defer func() { _ = recover() }() // a LogValue or Error method of the program's own
	scope := tocsin.ScopeFromContext(ctx)
	wanted := h.wanted(scope)
	if !wanted.isEvent(record.Level) && !wanted.isCrumb(record.Level) {
		return
	}
	found := h.gather(record)
	if isIgnored(wanted.ignored, found.logger) || isIgnored(h.options.Ignored, found.logger) {
		return
	}
	hint := &tocsin.Hint{Context: ctx, LogRecord: record, OriginalException: found.err}
	if wanted.isEvent(record.Level) {
		capture(scope, record, found, hint)
	}
	if wanted.isCrumb(record.Level) {
		scope.Isolation().AddBreadcrumb(tocsin.Breadcrumb{Type: "log", Category: found.logger,
			Message: record.Message, Level: levelOf(record.Level), Data: found.data,
			Timestamp: record.Time}, hint)
	}
}

func capture(scope *tocsin.Scope, record slog.Record, found *gathered, hint *tocsin.Hint) {
	event := tocsin.Event{"logger": found.logger,
		"logentry": map[string]any{"formatted": record.Message}}
	if len(found.data) > 0 {
		event["extra"] = found.data
	}
	level, shown := tocsin.WithLevel(levelOf(record.Level)), tocsin.WithHint(hint)
	if found.err != nil {
		scope.CaptureException(found.err, tocsin.WithFields(event), level, shown)
		return
	}
	scope.CaptureEvent(event, level, shown)
}

// gathered is what a record and its handler's attributes come to.
type gathered struct {
	data   map[string]any // groups are maps
	err    error          // the first one among the attributes
	logger string
}

func (h *Handler) gather(record slog.Record) *gathered {
	found := &gathered{data: map[string]any{}}
	into := found.walk(h.path)
	record.Attrs(func(attr slog.Attr) bool {
		found.add(into, attr)
		return true
	})
	if prune(found.data); len(found.data) == 0 {
		found.data = nil
	}
	if found.logger == "" {
		found.logger = packageOf(record.PC)
	}
	return found
}

// walk adds the oldest step first, and returns the group that the newest opened.
func (g *gathered) walk(last *step) map[string]any {
	if last == nil {
		return g.data
	}
	into := g.walk(last.before)
	if last.group != "" {
		return groupIn(into, last.group)
	}
	for _, attr := range last.attrs {
		g.add(into, attr)
	}
	return into
}

func groupIn(into map[string]any, name string) map[string]any {
	group, ok := into[name].(map[string]any)
	if !ok {
		group = map[string]any{}
		into[name] = group
	}
	return group
}

func (g *gathered) add(into map[string]any, attr slog.Attr) {
	value := attr.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		if attr.Key != "" {
			into = groupIn(into, attr.Key)
		}
		for _, inner := range value.Group() {
			g.add(into, inner)
		}
		return
	}
	if attr.Equal(slog.Attr{}) {
		return
	}
	if err, ok := value.Any().(error); ok && g.err == nil && err != nil {
		g.err = err
	}
	if attr.Key == "logger" && value.Kind() == slog.KindString {
		g.logger = value.String()
		return
	}
	into[attr.Key] = plain(value)
}

// prune removes groups in which nothing is.
func prune(data map[string]any) {
	for name, value := range data {
		group, ok := value.(map[string]any)
		if !ok {
			continue
		}
		if prune(group); len(group) == 0 {
			delete(data, name)
		}
	}
}

// packageOf is where the call stands.
func packageOf(counter uintptr) string {
	if counter == 0 {
		return ""
	}
	frame, _ := runtime.CallersFrames([]uintptr{counter}).Next()
	slash := strings.LastIndexByte(frame.Function, '/') + 1
	if dot := strings.IndexByte(frame.Function[slash:], '.'); dot >= 0 {
		return frame.Function[:slash+dot]
	}
	return frame.Function
}
