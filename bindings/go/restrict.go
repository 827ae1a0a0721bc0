package tocsin

import (
	"runtime"
	"time"

	"tocsin/internal/core"
)

// Right is something that may be done with a restricted scope; several are added by |.
type Right int64

// The rights that Scope.Restrict can leave; docs/plugin-hosts.md says what each is good for.
const (
	RightRead      = Right(core.RIGHT_READ)
	RightWrite     = Right(core.RIGHT_WRITE)
	RightUser      = Right(core.RIGHT_USER)
	RightCapture   = Right(core.RIGHT_CAPTURE)
	RightFork      = Right(core.RIGHT_FORK)
	RightMerge     = Right(core.RIGHT_MERGE)
	RightClose     = Right(core.RIGHT_CLOSE)
	RightClient    = Right(core.RIGHT_CLIENT)
	RightIsolation = Right(core.RIGHT_ISOLATION)
	RightAll       = Right(core.RIGHT_ALL)
)

// Quota limits what is done through a restricted scope and its forks together. A member that is 0
// limits nothing.
type Quota struct {
	Events      int64 // in a window, as the next two
	Breadcrumbs int64
	Bytes       int64         // of text that is handed in
	Handles     int64         // open at a time
	Window      time.Duration // 0: a minute
}

func (q *Quota) json() (string, error) {
	members := map[string]any{}
	for name, limit := range map[string]int64{"events": q.Events, "breadcrumbs": q.Breadcrumbs,
		"bytes": q.Bytes, "handles": q.Handles, "window_ms": milliseconds(q.Window)} {
		if limit != 0 {
			members[name] = limit
		}
	}
	return encode(members)
}

// Restrict is the same scope with less that can be done to it, for a plugin: what goes beyond is
// refused with ErrDenied. Forks of it can do no more, and share the quota; nil is none. Without
// RightClose its handle stays open until it is revoked.
func (s *Scope) Restrict(rights Right, quota *Quota) (*Scope, error) {
	if s == nil {
		return nil, nil
	}
	text := ""
	if quota != nil {
		var err error
		if text, err = quota.json(); err != nil {
			return nil, err
		}
	}
	number := core.Scope_restrict(s.handle.get(), int64(rights), text)
	runtime.KeepAlive(s)
	if number < 0 && Available {
		return nil, errorOf(int32(number))
	}
	made := &Scope{client: s.client, isolation: s.isolation, processors: s.ownProcessors()}
	if made.handle = borrow(number); rights&RightClose != 0 {
		made.handle = own(number)
	}
	return made, nil
}

// Revoke takes back what Restrict gave, with all that was made of it.
func (s *Scope) Revoke(restricted *Scope) error {
	if restricted == nil {
		return nil
	}
	err := s.do(func(scope int64) int32 { return core.Scope_revoke(scope, restricted.handle.get()) })
	runtime.KeepAlive(restricted)
	return err
}
