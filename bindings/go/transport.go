package tocsin

import (
	"net/http"
	"runtime"
	"strings"
	"time"

	"tocsin/internal/core"
)

// Envelope is a request that the program sends itself, with Options.Transport "pull".
type Envelope struct {
	handle *handle
}

// NextEnvelope is the next one to be sent, at most that long later (below 0: whenever one comes), or
// nil if none came. ErrClosed: nothing more will come. To test what a program reports, open a client
// with the transport "pull", capture, and read this.
func (c *Client) NextEnvelope(timeout time.Duration) (*Envelope, error) {
	if c == nil {
		return nil, ErrClosed
	}
	wait := int64(-1)
	if timeout >= 0 {
		wait = timeout.Milliseconds()
	}
	number := core.Client_next_envelope(c.handle.get(), wait)
	runtime.KeepAlive(c)
	if number < 0 {
		return nil, errorOf(int32(number))
	}
	if number == 0 {
		return nil, nil
	}
	return &Envelope{own(number)}, nil
}

// Bytes are what to send.
func (e *Envelope) Bytes() []byte {
	text, _ := textOf(func(buf []byte) int64 { return core.Envelope_text(e.handle.get(), buf) })
	runtime.KeepAlive(e)
	return []byte(text)
}

// Done says what became of it: the server's status, or 0 if there was no answer, and then it comes
// again later. Rate limits in the header are obeyed.
func (e *Envelope) Done(status int, header http.Header) error {
	var lines strings.Builder
	_ = header.Write(&lines)
	return errorOf(core.Envelope_done(e.handle.release(), int32(status), lines.String()))
}
