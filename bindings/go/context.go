package tocsin

import "context"

type contextKey struct{}

// ContextWithScope is a context that carries the scope.
func ContextWithScope(ctx context.Context, scope *Scope) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	return context.WithValue(ctx, contextKey{}, scope)
}

// ScopeFromContext is the current scope: that of the context, else the root scope of the client that
// Init opened, else nil, which does nothing.
func ScopeFromContext(ctx context.Context) *Scope {
	if ctx != nil {
		if scope, ok := ctx.Value(contextKey{}).(*Scope); ok && scope != nil {
			return scope
		}
	}
	return CurrentClient().Scope()
}

// ForkContext is for work inside a request that wants a scope of its own: a goroutine, a step.
func ForkContext(ctx context.Context) context.Context {
	return ContextWithScope(ctx, ScopeFromContext(ctx).Fork())
}

// ForkIsolation is what each request and each job starts with. It never continues to use the scope it
// finds, only a copy.
func ForkIsolation(ctx context.Context) context.Context {
	return ContextWithScope(ctx, ScopeFromContext(ctx).ForkIsolation())
}

// WithScope runs f with a fork of the current scope. Panics pass through.
func WithScope(ctx context.Context, f func(ctx context.Context, scope *Scope)) {
	inner := ForkContext(ctx)
	f(inner, ScopeFromContext(inner))
}

// WithIsolationScope runs f with a current scope of an isolation scope of its own.
func WithIsolationScope(ctx context.Context, f func(ctx context.Context, scope *Scope)) {
	inner := ForkIsolation(ctx)
	f(inner, ScopeFromContext(inner))
}

func isolationOf(ctx context.Context) *Scope {
	return ScopeFromContext(ctx).Isolation()
}

// SetTag sets a tag of the isolation scope.
func SetTag(ctx context.Context, key, value string) error {
	return isolationOf(ctx).SetTag(key, value)
}

// SetTags sets tags of the isolation scope.
func SetTags(ctx context.Context, tags map[string]string) error {
	return isolationOf(ctx).SetTags(tags)
}

// SetUser sets the user of the isolation scope.
func SetUser(ctx context.Context, user User) error {
	return isolationOf(ctx).SetUser(user)
}

// SetExtra sets a value of the isolation scope.
func SetExtra(ctx context.Context, key string, value any) error {
	return isolationOf(ctx).SetExtra(key, value)
}

// SetContext sets a named group of values of the isolation scope.
func SetContext(ctx context.Context, key string, value map[string]any) error {
	return isolationOf(ctx).SetContext(key, value)
}

// SetLevel sets the level of the isolation scope.
func SetLevel(ctx context.Context, level Level) error {
	return isolationOf(ctx).SetLevel(level)
}

// SetFlag notes a feature flag on the isolation scope.
func SetFlag(ctx context.Context, flag string, result any) error {
	return isolationOf(ctx).SetFlag(flag, result)
}

// SetTransaction names what the current scope does.
func SetTransaction(ctx context.Context, name, source string) error {
	return ScopeFromContext(ctx).SetTransaction(name, source)
}

// AddBreadcrumb adds a breadcrumb to the isolation scope.
func AddBreadcrumb(ctx context.Context, crumb Breadcrumb, hints ...*Hint) error {
	hint := *firstHint(hints)
	if hint.Context == nil {
		hint.Context = ctx
	}
	return isolationOf(ctx).AddBreadcrumb(crumb, &hint)
}

// AddAttachment adds an attachment to the isolation scope.
func AddAttachment(ctx context.Context, attachment Attachment) error {
	return isolationOf(ctx).AddAttachment(attachment)
}

// LastEventID is that of the isolation scope.
func LastEventID(ctx context.Context) *EventID {
	return isolationOf(ctx).LastEventID()
}
