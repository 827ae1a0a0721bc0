// Package tocsinslog reports what a program logs, through log/slog (Go 1.21 and newer) or package log.
//
//	slog.SetDefault(slog.New(tocsinslog.New(slog.NewJSONHandler(os.Stderr, nil), tocsinslog.Options{})))
//	slog.ErrorContext(ctx, "payment failed", "err", err, "order", 7)
//
// A record from level error on is an event, and one from level info on leaves a breadcrumb; the
// integration tocsin.Logging, or the options here, say otherwise. Each goes to the scope of the
// context that the logging call was given.
package tocsinslog
