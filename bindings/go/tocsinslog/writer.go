package tocsinslog

import (
	"context"
	"io"
	"strings"

	"tocsin"
)

// WriterOptions say what a line is.
type WriterOptions struct {
	Level tocsin.Level // that all lines have; empty: info
	Name  string       // of the logger; empty: "log"
	Next  io.Writer    // where lines go on to, such as os.Stderr; nil: nowhere
}

// NewWriter is for log.SetOutput and log.New. Package log knows no contexts, so what it writes goes to
// the root scope.
func NewWriter(options WriterOptions) io.Writer {
	if options.Level == "" {
		options.Level = tocsin.LevelInfo
	}
	if options.Name == "" {
		options.Name = "log"
	}
	return &writer{options}
}

type writer struct{ options WriterOptions }

// Write takes one line, as package log writes.
func (w *writer) Write(line []byte) (int, error) {
	w.report(strings.TrimRight(string(line), "\r\n"))
	if w.options.Next == nil {
		return len(line), nil
	}
	return w.options.Next.Write(line)
}

func (w *writer) report(line string) {
	ctx := context.Background()
	scope := tocsin.ScopeFromContext(ctx)
	logging, wanted := scope.Client().Logging()
	if !wanted || isIgnored(logging.Ignored, w.options.Name) {
		return
	}
	hint := &tocsin.Hint{Context: ctx, LogRecord: line}
	rank := w.options.Level.Rank()
	if !logging.NoEvents && rank >= logging.Events.Rank() {
		scope.CaptureEvent(tocsin.Event{"logger": w.options.Name,
			"logentry": map[string]any{"formatted": line}},
			tocsin.WithLevel(w.options.Level), tocsin.WithHint(hint))
	}
	if !logging.NoBreadcrumbs && rank >= logging.Breadcrumbs.Rank() {
		scope.Isolation().AddBreadcrumb(tocsin.Breadcrumb{Type: "log", Category: w.options.Name,
			Message: line, Level: w.options.Level}, hint)
	}
}

// isIgnored takes a name's own parts for it too: "db" is for "db/pool" and "db.pool".
func isIgnored(ignored []string, name string) bool {
	for _, one := range ignored {
		if one == "" || !strings.HasPrefix(name, one) {
			continue
		}
		rest := name[len(one):]
		if rest == "" || rest[0] == '.' || rest[0] == '/' {
			return true
		}
	}
	return false
}
