package tocsin

import (
	"time"

	"tocsin/internal/core"
)

// Options are what a client is opened with. What is not set comes from the environment
// (SENTRY_DSN, SENTRY_ENVIRONMENT, SENTRY_RELEASE), then from the library's defaults.
type Options struct {
	Dsn              string
	Release          string
	Environment      string
	Dist             string
	ServerName       string
	Debug            bool
	SampleRate       float64  // 0: not set, everything is kept
	IgnoreErrors     []string // parts of, or patterns for, a type or "type: text"
	MaxBreadcrumbs   int      // 0: the default, 100; below 0: none
	AttachStacktrace bool     // to messages too
	SendDefaultPII   bool
	ShutdownTimeout  time.Duration
	Transport        string // "http", "stdout", "file:PATH", "pull"

	// BeforeSend sees each event last, as it would go out.
	BeforeSend EventProcessor
	// BeforeBreadcrumb sees each breadcrumb before it is stored, and drops it by returning nil.
	BeforeBreadcrumb func(crumb *Breadcrumb, hint *Hint) *Breadcrumb
	// EventProcessors see each event after those of the scopes.
	EventProcessors []EventProcessor
	// ErrorSampler says which share, 0 to 1, of events like this one is kept. If it panics or says
	// anything else, SampleRate decides.
	ErrorSampler func(event Event, hint *Hint) float64

	// Integrations replace the default ones of the same names, Off("argv") turns one off, and the
	// program's own come on top.
	Integrations []Integration
	// DisableDefaultIntegrations leaves those that Integrations names.
	DisableDefaultIntegrations bool

	// Settings are further options of the library by their names there, such as
	// "queue_max_items": 100. They win over the fields above.
	Settings map[string]any
}

func (o Options) members() map[string]any {
	members := map[string]any{"sdk_name": sdkName}
	putText(members, "dsn", o.Dsn)
	putText(members, "release", o.Release)
	putText(members, "environment", o.Environment)
	putText(members, "dist", o.Dist)
	putText(members, "server_name", o.ServerName)
	putText(members, "transport", o.Transport)
	putTrue(members, "debug", o.Debug)
	putTrue(members, "attach_stacktrace", o.AttachStacktrace)
	putTrue(members, "send_default_pii", o.SendDefaultPII)
	if o.SampleRate != 0 {
		members["sample_rate"] = o.SampleRate
	}
	if o.IgnoreErrors != nil {
		members["ignore_errors"] = o.IgnoreErrors
	}
	if o.MaxBreadcrumbs != 0 {
		members["max_breadcrumbs"] = o.MaxBreadcrumbs
	}
	if o.ShutdownTimeout != 0 {
		members["shutdown_timeout"] = o.ShutdownTimeout.Milliseconds()
	}
	if o.hasHooks() {
		members["hooks"] = "pull"
	}
	for key, value := range o.Settings {
		members[key] = value
	}
	return members
}

func putTrue(members map[string]any, key string, value bool) {
	if value {
		members[key] = true
	}
}

func (o Options) hasHooks() bool {
	return o.BeforeSend != nil || len(o.EventProcessors) > 0 || o.ErrorSampler != nil
}

// open is the number of a new client, or below 0; then the text may say more.
func open(members map[string]any) (int64, string) {
	text, err := encode(members)
	if err != nil {
		return int64(core.E_JSON), err.Error()
	}
	options := own(core.Options_new())
	defer options.close()
	client := int64(core.Options_set_json(options.get(), text))
	if client >= 0 {
		client = core.Client_open(options.get())
	}
	if client >= 0 {
		return client, ""
	}
	problem, _ := textOf(func(buf []byte) int64 { return core.Options_problem(options.get(), buf) })
	return client, problem
}
