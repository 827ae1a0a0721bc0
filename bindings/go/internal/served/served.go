// Package served keeps with a context which HTTP request is served under it.
package served

import (
	"context"
	"net/http"
)

type key struct{}

// Request is the request with a context that leads back to it: what is captured with the context has
// the very request that the handler works on.
func Request(request *http.Request, ctx context.Context) *http.Request {
	slot := new(*http.Request)
	*slot = request.WithContext(context.WithValue(ctx, key{}, slot))
	return *slot
}

// Of is the request that is served under the context; nil: none.
func Of(ctx context.Context) *http.Request {
	if ctx == nil {
		return nil
	}
	if slot, ok := ctx.Value(key{}).(**http.Request); ok {
		return *slot
	}
	return nil
}
