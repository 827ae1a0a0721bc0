package tocsinscript

import (
	"fmt"
	"strconv"
	"sync"

	"tocsin"
)

// arguments are those after the scope; one that is missing is nil.
type arguments []any

func (a arguments) at(i int) any {
	if i < len(a) {
		return a[i]
	}
	return nil
}

func (a arguments) text(i int) string {
	switch value := a.at(i).(type) {
	case nil:
		return ""
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	default:
		return fmt.Sprint(value)
	}
}

func (a arguments) table(i int) (map[string]any, error) {
	table, ok := a.at(i).(map[string]any)
	if !ok && a.at(i) != nil {
		return nil, fmt.Errorf("tocsin: a table is wanted, not a %T", a.at(i))
	}
	return table, nil
}

var setters = map[string]func(*tocsin.Scope, arguments) (any, error){
	"set_tag": func(scope *tocsin.Scope, given arguments) (any, error) {
		if given.at(1) == nil {
			return nil, scope.RemoveTag(given.text(0))
		}
		return nil, scope.SetTag(given.text(0), given.text(1))
	},
	"set_user": func(scope *tocsin.Scope, given arguments) (any, error) {
		return nil, scope.Update(map[string]any{"user": given.at(0)})
	},
	"set_extra": func(scope *tocsin.Scope, given arguments) (any, error) {
		if given.at(1) == nil {
			return nil, scope.RemoveExtra(given.text(0))
		}
		return nil, scope.SetExtra(given.text(0), given.at(1))
	},
	"set_context": func(scope *tocsin.Scope, given arguments) (any, error) {
		table, err := given.table(1)
		if err != nil {
			return nil, err
		}
		return nil, scope.SetContext(given.text(0), table)
	},
	"set_level": func(scope *tocsin.Scope, given arguments) (any, error) {
		return nil, scope.SetLevel(tocsin.Level(given.text(0)))
	},
	"set_fingerprint": func(scope *tocsin.Scope, given arguments) (any, error) {
		return nil, scope.Update(map[string]any{"fingerprint": given.at(0)})
	},
	"set_transaction": func(scope *tocsin.Scope, given arguments) (any, error) {
		return nil, scope.SetTransaction(given.text(0), given.text(1))
	},
	"add_breadcrumb": func(scope *tocsin.Scope, given arguments) (any, error) {
		table, err := given.table(0)
		if err != nil {
			return nil, err
		}
		return nil, scope.AddBreadcrumb(crumbOf(table))
	},
}

func crumbOf(table map[string]any) tocsin.Breadcrumb {
	text := func(name string) string { return arguments{table[name]}.text(0) }
	data, _ := table["data"].(map[string]any)
	return tocsin.Breadcrumb{Type: text("type"), Category: text("category"), Message: text("message"),
		Level: tocsin.Level(text("level")), Data: data}
}

var captures = map[string]func(*tocsin.Scope, arguments) (any, error){
	"capture_message": func(scope *tocsin.Scope, given arguments) (any, error) {
		level := tocsin.WithLevel(tocsin.Level(given.text(1)))
		return idOf(scope.CaptureMessage(given.text(0), level)), nil
	},
	"capture_exception": func(scope *tocsin.Scope, given arguments) (any, error) {
		value := map[string]any{"type": given.text(0), "value": given.text(1)}
		return idOf(scope.CaptureEvent(tocsin.Event{"level": "error",
			"exception": map[string]any{"values": []any{value}}})), nil
	},
	"capture_event": func(scope *tocsin.Scope, given arguments) (any, error) {
		event, err := given.table(0)
		return idOf(scope.CaptureEvent(event)), err
	},
}

func idOf(id *tocsin.EventID) any {
	if id == nil {
		return nil
	}
	return string(*id)
}

// forks are the scopes that scripts made and have not closed.
type forks struct {
	lock sync.Mutex
	open map[int64]*tocsin.Scope // guarded by lock
}

func (f *forks) fork(given ...any) (any, error) {
	parent, err := scopeOf(given)
	if parent == nil {
		return nil, err
	}
	fork := parent.Fork()
	if err := tocsin.StatusError(fork.Handle()); err != nil {
		return nil, err
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	if f.open == nil {
		f.open = map[int64]*tocsin.Scope{}
	}
	f.open[fork.Handle()] = fork
	return float64(fork.Handle()), nil
}

func (f *forks) close(given ...any) (any, error) {
	handle, err := handleIn(arguments(given).at(0))
	if err != nil {
		return nil, err
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	if fork := f.open[handle]; fork != nil {
		delete(f.open, handle)
		fork.Close()
		return nil, nil
	}
	return nil, tocsin.ErrStale
}
