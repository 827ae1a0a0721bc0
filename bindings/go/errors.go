package tocsin

import (
	"fmt"

	"tocsin/internal/core"
)

// Error is a refusal by the library. Programs decide by Code, never by the text.
type Error struct {
	Code int // a status below 0, as docs/errors.md lists them
	what string
}

// Error says what was refused and why.
func (e *Error) Error() string {
	return "tocsin: " + e.what
}

// Is makes errors.Is(err, tocsin.ErrStale) true for every error of that code.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code
}

// Errors to compare with by errors.Is.
var (
	ErrStale       error = &Error{core.E_STALE, "E_STALE"}
	ErrKind        error = &Error{core.E_KIND, "E_KIND"}
	ErrForeign     error = &Error{core.E_FOREIGN, "E_FOREIGN"}
	ErrClosed      error = &Error{core.E_CLOSED, "E_CLOSED"}
	ErrDenied      error = &Error{core.E_DENIED, "E_DENIED"}
	ErrArg         error = &Error{core.E_ARG, "E_ARG"}
	ErrReentrant   error = &Error{core.E_REENTRANT, "E_REENTRANT"}
	ErrUnsupported error = &Error{core.E_UNSUPPORTED, "E_UNSUPPORTED"}
)

// errorOf is nil for every outcome that is none.
func errorOf(status int32) error {
	if status >= 0 {
		return nil
	}
	buf := make([]byte, 256)
	need := core.Status_text(status, buf)
	if need < 0 || need >= int64(len(buf)) {
		return &Error{int(status), fmt.Sprintf("status %d", status)}
	}
	return &Error{int(status), string(buf[:need])}
}

// StatusError is the error that a number of the library stands for, of a Handle for instance; nil if
// it is none.
func StatusError(number int64) error {
	if number >= 0 || !Available {
		return nil
	}
	if number < -1<<31 {
		return ErrStale
	}
	return errorOf(int32(number))
}
