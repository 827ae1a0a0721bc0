package tocsin

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"tocsin/internal/core"
)

const sdkName = "tocsin.go"

// Client is a set of options, a queue and a connection, with its root scopes. Most programs have the
// one that Init opens. A nil client does nothing.
//
// A client with hooks lives until Close: a goroutine waits for what others capture on it.
type Client struct {
	handle   *handle
	options  Options
	root     *Scope  // what a context without a scope means
	global   *Scope  // whose data is in every event
	origin   *handle // a detached scope that says "Go" of what is captured from here
	stacks   stackRules
	hooked   bool           // the hooks of this client are ours, and run here
	active   bool           // had somewhere to send to when it was opened
	settings map[string]any // never changed
	pii      bool           // send_default_pii
	denied   []string       // scrub_denylist
	dedupe   time.Duration  // how long an error is the same one again; 0: never
	logging  Logging
	usage    usage
	closed   atomic.Bool
	flusher  chan struct{} // holds one token: waiting takes an OS thread, so one waits at a time
}

// String leaves out the options, of which some are secret.
func (c *Client) String() string {
	if c == nil {
		return "tocsin.Client(nil)"
	}
	return fmt.Sprintf("tocsin.Client(%d)", c.handle.get())
}

var current atomic.Pointer[Client]

// Init opens the client of the functions that take a context. Without a DSN, or without cgo, that is
// no error, and nothing is reported. A second call replaces the client; the first one goes on for
// scopes that belong to it.
func Init(options Options) error {
	client, err := NewClient(options)
	if err == nil {
		current.Store(client)
	}
	return err
}

// InitDSN is Init for who has nothing else to say.
func InitDSN(dsn string) error {
	return Init(Options{Dsn: dsn})
}

// CurrentClient is the one that Init opened, or nil.
func CurrentClient() *Client {
	return current.Load()
}

// UseClient makes a client the one of the functions that take a context, and returns the one before.
// Tests do so, and whoever opened it with NewClient.
func UseClient(client *Client) *Client {
	return current.Swap(client)
}

// NewClient opens a client that Init's functions know nothing of.
func NewClient(options Options) (*Client, error) {
	if !Available {
		return &Client{handle: borrow(int64(core.E_UNSUPPORTED)), flusher: make(chan struct{}, 1)}, nil
	}
	members := options.members()
	attach, _ := members["attach_stacktrace"].(bool)
	delete(members, "attach_stacktrace") // the library would take C's stack, of which Go has none
	number, problem := open(members)
	if number < 0 && problem != "" {
		return nil, fmt.Errorf("%w: %s", errorOf(int32(number)), problem)
	} else if number < 0 {
		return nil, errorOf(int32(number))
	}
	client := newClient(number)
	client.options = options
	client.hooked = options.hasHooks()
	client.stacks.attach = attach
	client.setUp(options)
	if client.hooked {
		go client.pump(core.Handle_dup(number))
	}
	return client, nil
}

// newClient is a client of ours, or one that came with another language's scope.
func newClient(number int64) *Client {
	client := &Client{handle: own(number), flusher: make(chan struct{}, 1)}
	client.global = &Scope{client: client, handle: own(core.Client_global_scope(number))}
	client.root = newScope(client, core.Client_scope(number), nil)
	client.origin = own(core.Scope_new(number))
	settings := client.Settings()
	client.settings = settings
	client.stacks = stackRulesOf(settings)
	client.pii, _ = settings["send_default_pii"].(bool)
	client.denied = lowered(textsOf(settings["scrub_denylist"]))
	var stats struct{ Active bool }
	if decode(client.Stats(), &stats) == nil {
		client.active = stats.Active
	}
	return client
}

// Enabled says whether captures have somewhere to go.
func (c *Client) Enabled() bool {
	return c != nil && c.active && !c.closed.Load()
}

// Setting is one of Settings, for whoever asks often; it is not to be changed.
func (c *Client) Setting(name string) any {
	if c == nil {
		return nil
	}
	return c.settings[name]
}

// SendsDefaultPII says whether what identifies a person may be taken along.
func (c *Client) SendsDefaultPII() bool {
	return c != nil && c.pii
}

// IsSecret says whether what goes by that name is to be left out of what is gathered by itself: the
// setting "scrub_denylist" has parts of such names.
func (c *Client) IsSecret(name string) bool {
	return c != nil && isDenied(name, c.denied)
}

// Scope is the root scope, for whatever has no scope of its own.
func (c *Client) Scope() *Scope {
	if c == nil {
		return nil
	}
	return c.root
}

// GlobalScope is the one whose data is in every event of this client.
func (c *Client) GlobalScope() *Scope {
	if c == nil {
		return nil
	}
	return c.global
}

// NewScope is an empty detached scope, for merging and for WithOverlay.
func (c *Client) NewScope() *Scope {
	if c == nil {
		return nil
	}
	return &Scope{client: c, handle: own(core.Scope_new(c.handle.get()))}
}

// NewIsolationScope is an empty isolation scope with a trace of its own.
func (c *Client) NewIsolationScope() *Scope {
	if c == nil {
		return nil
	}
	return &Scope{client: c, handle: own(core.Scope_new_isolation(c.handle.get()))}
}

// Close sends what is left for at most that long, and says whether everything had its answer. Later
// captures do nothing. Closing again does nothing.
func (c *Client) Close(timeout time.Duration) bool {
	if c == nil {
		return true
	}
	c.closed.Store(true)
	status := core.Client_close(c.handle.get(), milliseconds(timeout))
	runtime.KeepAlive(c)
	return isDone(status)
}

// Stats tells what became of every event, as JSON; docs/errors.md explains it.
func (c *Client) Stats() string {
	if c == nil {
		return ""
	}
	text, _ := textOf(func(buf []byte) int64 { return core.Client_stats(c.handle.get(), buf) })
	runtime.KeepAlive(c)
	return text
}

// Settings are the options in force by their names in the library, without secrets.
func (c *Client) Settings() map[string]any {
	settings := map[string]any{}
	if c == nil {
		return settings
	}
	text, err := textOf(func(buf []byte) int64 { return core.Client_options(c.handle.get(), buf) })
	if err == nil {
		_ = decode(text, &settings)
	}
	runtime.KeepAlive(c)
	return settings
}

// complain says what went wrong, to those who want to know.
func (c *Client) complain(what string, why any) {
	if c != nil && c.options.Debug {
		fmt.Fprintf(os.Stderr, "tocsin: %s: %v\n", what, why)
	}
}

// Close is Client.Close of the client that Init opened.
func Close(timeout time.Duration) bool {
	return CurrentClient().Close(timeout)
}
