package tocsin

import (
	"context"
	"net/http"
	"time"

	"tocsin/internal/core"
)

// EventID is 32 hexadecimal digits.
type EventID string

// Level says how bad something is. The empty level is none.
type Level string

// What levels there are.
const (
	LevelDebug   Level = "debug"
	LevelInfo    Level = "info"
	LevelWarning Level = "warning"
	LevelError   Level = "error"
	LevelFatal   Level = "fatal"
)

// number is that of the library; one that no level has for a name that is none.
func (l Level) number() int32 {
	switch l {
	case "":
		return int32(core.LEVEL_UNSET)
	case LevelDebug:
		return int32(core.LEVEL_DEBUG)
	case LevelInfo:
		return int32(core.LEVEL_INFO)
	case LevelWarning:
		return int32(core.LEVEL_WARNING)
	case LevelError:
		return int32(core.LEVEL_ERROR)
	case LevelFatal:
		return int32(core.LEVEL_FATAL)
	}
	return int32(core.LEVEL_FATAL) + 1
}

// Rank orders levels: the worse the higher, and 0 for none.
func (l Level) Rank() int {
	return int(l.number())
}

// Event is an event as the protocol has it, an object of JSON. Its numbers are json.Number where
// the library wrote it.
type Event map[string]any

// Object is the member of that name as an object that can be written to. It becomes an empty one if
// it is none.
func (e Event) Object(name string) map[string]any {
	object, ok := e[name].(map[string]any)
	if !ok {
		object = map[string]any{}
		e[name] = object
	}
	return object
}

// User is who was affected. Data holds what else is known, under names of the program's own.
type User struct {
	ID, Username, Email, IPAddress, Name string
	Data                                 map[string]any
}

func (u User) members() map[string]any {
	members := map[string]any{}
	for key, value := range u.Data {
		members[key] = value
	}
	putText(members, "id", u.ID)
	putText(members, "username", u.Username)
	putText(members, "email", u.Email)
	putText(members, "ip_address", u.IPAddress)
	putText(members, "name", u.Name)
	return members
}

// Breadcrumb is something that happened before. The library fills in time and type.
type Breadcrumb struct {
	Type, Category, Message, Origin string
	Level                           Level
	Data                            map[string]any
	Timestamp                       time.Time
}

func (b Breadcrumb) members() map[string]any {
	members := map[string]any{}
	putText(members, "type", b.Type)
	putText(members, "category", b.Category)
	putText(members, "message", b.Message)
	putText(members, "origin", b.Origin)
	putText(members, "level", string(b.Level))
	if b.Data != nil {
		members["data"] = b.Data
	}
	if !b.Timestamp.IsZero() {
		members["timestamp"] = b.Timestamp.UTC().Format(time.RFC3339Nano)
	}
	return members
}

func putText(members map[string]any, key, value string) {
	if value != "" {
		members[key] = value
	}
}

// Attachment is a file that goes along with events: the Payload by the name Filename, or, if that is
// nil, the file at Path, which is read at each capture.
type Attachment struct {
	Filename, ContentType string
	Path                  string
	Payload               []byte
	AddToTransactions     bool
}

// Hint is what hooks are shown beside an event or a breadcrumb. All of it may be absent, and is for
// what another language captured.
type Hint struct {
	Context            context.Context // of the capturing call
	OriginalException  error           // what CaptureException was given
	Traceback          []uintptr       // program counters: the error's own stack, else the caller's
	Recovered          any             // what Recover found
	RecoveredException any             // the same
	LogRecord          any             // slog.Record, or a string of package log
	Request            *http.Request
	Response           *http.Response
	Data               any // the program's own
}

// EventProcessor sees an event on its way, may change it or return another one, and drops it by
// returning nil. One that panics drops it too.
type EventProcessor func(event Event, hint *Hint) Event
