package tocsin

import (
	"sort"
	"sync"
	"time"

	"tocsin/internal/core"
)

// Integration is a part that works by itself once a client has it. Setup is called once, when the
// client has just opened. A program may bring its own.
type Integration interface {
	Name() string
	Setup(client *Client)
}

// Argv puts the program's arguments into the extra "sys.argv" of events, with secrets filtered.
type Argv struct{}

// Dedupe leaves an error out that is captured twice in a row: logged, and then returned to somebody
// who reports it. Twice means the very same value, on one isolation scope, within Window.
type Dedupe struct {
	Window time.Duration // 0: five seconds; an error that a variable holds may well happen again
}

// Logging says what tocsinslog and other loggers report unless told otherwise.
type Logging struct {
	Breadcrumbs   Level // from here on a record leaves a breadcrumb; empty: info
	Events        Level // from here on it is an event; empty: error
	NoBreadcrumbs bool
	NoEvents      bool
	Ignored       []string // names of loggers that leave nothing
}

// Modules lists what the program was built from.
type Modules struct{}

// StdLib lets tocsinhttp.RoundTripper leave breadcrumbs and send trace headers.
type StdLib struct{}

// Threading lets Go report panics.
type Threading struct{}

type off string

// Off turns the integration of that name off, one of "argv", "dedupe", "logging", "modules",
// "stdlib", "threading" or the program's own.
func Off(name string) Integration { return off(name) }

// Name is "argv".
func (Argv) Name() string { return "argv" }

// Name is "dedupe".
func (Dedupe) Name() string { return "dedupe" }

// Name is "logging".
func (Logging) Name() string { return "logging" }

// Name is "modules".
func (Modules) Name() string { return "modules" }

// Name is "stdlib".
func (StdLib) Name() string { return "stdlib" }

// Name is "threading".
func (Threading) Name() string { return "threading" }

// Name is that of what is off.
func (o off) Name() string { return string(o) }

// Setup adds the arguments to what each event gets.
func (Argv) Setup(client *Client) {
	client.UseIntegration("argv")
	if text, err := encode(scrubbedArguments(client.denied)); err == nil {
		core.Scope_set_extra(client.origin.get(), "sys.argv", text)
	}
}

// Setup makes the client remember the last error of each isolation scope.
func (d Dedupe) Setup(client *Client) {
	client.UseIntegration("dedupe")
	client.dedupe = d.Window
	if d.Window == 0 {
		client.dedupe = 5 * time.Second
	}
}

// Setup tells loggers what to do.
func (l Logging) Setup(client *Client) {
	if l.Breadcrumbs == "" {
		l.Breadcrumbs = LevelInfo
	}
	if l.Events == "" {
		l.Events = LevelError
	}
	client.logging = l
}

// Setup adds the list to what each event gets.
func (Modules) Setup(client *Client) { client.UseIntegration("modules") }

// Setup has nothing to do: a RoundTripper asks the client.
func (StdLib) Setup(*Client) {}

// Setup has nothing to do: Go asks the client.
func (Threading) Setup(*Client) {}

// Setup has nothing to do.
func (off) Setup(*Client) {}

// integrations are the default ones with what the program gave in place of those of the same name.
func (o Options) integrations() []Integration {
	var chosen []Integration
	given := map[string]bool{}
	for _, one := range o.Integrations {
		if one != nil {
			given[one.Name()] = true
			chosen = append(chosen, one)
		}
	}
	if o.DisableDefaultIntegrations {
		return chosen
	}
	for _, one := range []Integration{Argv{}, Dedupe{}, Logging{}, Modules{}, StdLib{}, Threading{}} {
		if !given[one.Name()] {
			chosen = append(chosen, one)
		}
	}
	return chosen
}

// usage knows which integrations a client has, and which of them anybody came to need.
type usage struct {
	rest  bool            // whether those that nobody named are on; set once
	named map[string]bool // likewise

	telling sync.Mutex // so that the last list is the longest

	lock   sync.Mutex
	active map[string]bool // guarded by lock
	known  sync.Map        // the same for reading
}

func (c *Client) setUp(options Options) {
	chosen := options.integrations()
	c.usage.rest = !options.DisableDefaultIntegrations
	c.usage.named = map[string]bool{}
	for _, one := range chosen {
		_, isOff := one.(off)
		c.usage.named[one.Name()] = !isOff
	}
	for _, one := range chosen {
		c.setUpOne(one)
	}
	c.tellOrigin()
}

func (c *Client) setUpOne(one Integration) {
	defer func() {
		if raised := recover(); raised != nil {
			c.complain("the integration "+one.Name()+" panicked while it was set up", raised)
		}
	}()
	one.Setup(c)
	switch one.(type) {
	case off, Argv, Dedupe, Logging, Modules, StdLib, Threading:
	default:
		c.UseIntegration(one.Name())
	}
}

// UseIntegration is for packages that add one: it says whether the program wants it, and if so notes
// that it is in use, which events tell from then on.
func (c *Client) UseIntegration(name string) bool {
	if c == nil {
		return false
	}
	if _, known := c.usage.known.Load(name); known {
		return true
	}
	if wanted, named := c.usage.named[name]; !wanted && (named || !c.usage.rest) {
		return false
	}
	c.usage.lock.Lock()
	if c.usage.active == nil {
		c.usage.active = map[string]bool{}
	}
	c.usage.active[name] = true
	c.usage.lock.Unlock()
	c.usage.telling.Lock()
	c.tellOrigin()
	c.usage.telling.Unlock()
	c.usage.known.Store(name, true)
	return true
}

// Integrations are the names of those in use, sorted.
func (c *Client) Integrations() []string {
	names := []string{}
	if c == nil {
		return names
	}
	c.usage.lock.Lock()
	defer c.usage.lock.Unlock()
	for name := range c.usage.active {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Logging is what the client's program wants of loggers; false: nothing.
func (c *Client) Logging() (Logging, bool) {
	if !c.Enabled() || !c.UseIntegration("logging") {
		return Logging{}, false
	}
	return c.logging, true
}
