//go:build go1.21

package tocsinslog

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// plain is a value as JSON can have it: one that cannot be JSON must not cost the event.
func plain(value slog.Value) any {
	switch value.Kind() {
	case slog.KindDuration:
		return value.Duration().String()
	case slog.KindTime:
		return value.Time().Format(time.RFC3339Nano)
	case slog.KindFloat64:
		return plainAny(value.Float64())
	case slog.KindAny:
		return plainAny(value.Any())
	}
	return value.Any()
}

func plainAny(value any) (made any) {
	defer func() {
		if raised := recover(); raised != nil {
			made = fmt.Sprintf("(panicked: %v)", raised)
		}
	}()
	if err, ok := value.(error); ok {
		return err.Error()
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprintf("%+v", value)
	}
	return json.RawMessage(text)
}
