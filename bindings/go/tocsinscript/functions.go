// Package tocsinscript is a table of functions for interpreters that are written in Go, and so cannot
// load the C module of their language. The host registers them under any name, and hands each
// script the number of a scope:
//
//	for name, function := range tocsinscript.Functions() {
//		register("tocsin."+name, function)
//	}
//	scope := tocsin.ScopeFromContext(ctx).Fork()
//	call(script, float64(scope.Handle()))
//	runtime.KeepAlive(scope)
//
// Numbers of scopes are exact in a double. A function never panics; what it is given that it cannot
// use is an error.
package tocsinscript

import (
	"fmt"
	"math"

	"tocsin"
)

// Function takes and returns what an interpreter's values are in Go: nil, bool, float64 or an
// integer, string, map[string]any, []any. Each begins with the number of a scope.
type Function func(arguments ...any) (any, error)

// Functions are, by name, with S for the number of a scope:
//
//	set_tag S key value            a value may be a number or a boolean; nil removes the tag
//	set_user S table               nil removes the user
//	set_extra S key value          nil removes it
//	set_context S key table        nil removes it
//	set_level S level
//	set_fingerprint S list
//	set_transaction S name
//	add_breadcrumb S table         with message, category, level, type, data
//	capture_message S text level   the event's id, or nil
//	capture_exception S type text  likewise
//	capture_event S table          likewise
//	fork S                         the number of a copy, to be closed
//	close S                        of one that fork made, and no other
//
// They do not own the scopes that they are given. Each table of functions knows the scopes that its
// own fork made, and lets go of those never closed when it is collected itself.
func Functions() map[string]Function {
	forks := &forks{}
	table := map[string]Function{"fork": safely(forks.fork), "close": safely(forks.close)}
	for name, setter := range setters {
		table[name] = safely(onScope(setter))
	}
	for name, capture := range captures {
		table[name] = safely(onScope(capture))
	}
	return table
}

// onScope takes the first argument for a scope.
func onScope(run func(*tocsin.Scope, arguments) (any, error)) Function {
	return func(given ...any) (any, error) {
		scope, err := scopeOf(given)
		if err != nil {
			return nil, err
		}
		return run(scope, given[1:])
	}
}

func safely(run Function) Function {
	return func(given ...any) (result any, err error) {
		defer func() {
			if raised := recover(); raised != nil {
				result, err = nil, fmt.Errorf("tocsin: %v", raised)
			}
		}()
		return run(given...)
	}
}

func scopeOf(given []any) (*tocsin.Scope, error) {
	if !tocsin.Available {
		return nil, nil
	}
	var number any
	if len(given) > 0 {
		number = given[0]
	}
	handle, err := handleIn(number)
	if err != nil {
		return nil, err
	}
	return tocsin.ScopeFromHandle(handle)
}

// handleIn is the whole number that a double or an integer is; others are no scope's.
func handleIn(value any) (int64, error) {
	switch number := value.(type) {
	case float64:
		if number == math.Trunc(number) && math.Abs(number) <= 1<<53 {
			return int64(number), nil
		}
	case int64:
		return number, nil
	case int:
		return int64(number), nil
	default:
		return 0, fmt.Errorf("%w: a %T is not the number of a scope", tocsin.ErrStale, value)
	}
	return 0, tocsin.ErrStale
}
