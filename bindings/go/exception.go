package tocsin

import (
	"fmt"
	"reflect"
)

// An exception is one error of a chain, as events have it.
type exception struct {
	Type       string         `json:"type"`
	Value      string         `json:"value"`
	Module     string         `json:"module,omitempty"`
	Mechanism  *mechanism     `json:"mechanism,omitempty"`
	Stacktrace map[string]any `json:"stacktrace,omitempty"`

	counters []uintptr // the stack as it was
	source   string    // how the error above leads here
	parent   int       // which error that is
}

type mechanism struct {
	Type             string `json:"type"`
	Handled          bool   `json:"handled"`
	Source           string `json:"source,omitempty"`
	ExceptionID      int    `json:"exception_id"`
	ParentID         *int   `json:"parent_id,omitempty"`
	IsExceptionGroup bool   `json:"is_exception_group,omitempty"`
}

// Errors of one event: more tell nobody anything, and a chain may be a circle.
const maxErrors = 50

// Typed is an error that says itself what type events give it, for types that say little:
// errors.New makes all errors of one type.
type Typed interface {
	ErrorType() string
}

func typeOf(err error) string {
	if typed, ok := err.(Typed); ok {
		return typed.ErrorType()
	}
	return reflect.TypeOf(err).String()
}

func moduleOf(err error) string {
	kind := reflect.TypeOf(err)
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	return kind.PkgPath()
}

// A cause is an error that another one wraps.
type cause struct {
	err    error
	source string
}

// causesOf unwraps one step.
func causesOf(err error) []cause {
	switch one := err.(type) {
	case interface{ Unwrap() []error }:
		var found []cause
		for i, inner := range one.Unwrap() {
			found = append(found, cause{inner, fmt.Sprintf("errors[%d]", i)})
		}
		return found
	case interface{ Unwrap() error }:
		return []cause{{one.Unwrap(), "unwrap"}}
	case interface{ Cause() error }:
		return []cause{{one.Cause(), "cause"}}
	}
	return nil
}

// chain lists an error and what it wraps, the causes first. The error itself gets the caller's stack
// if none of them brought one. stack is where it came from: the outermost of these.
func (r stackRules) chain(err error, caller []uintptr) (found []exception, stack []uintptr) {
	found = r.unwrapped(err)
	for i := len(found) - 1; i >= 0; i-- {
		if found[i].counters != nil {
			stack = found[i].counters
		}
	}
	if stack == nil {
		stack = caller
		found[0].Stacktrace = r.trace(caller)
	}
	for i, j := 0, len(found)-1; i < j; i, j = i+1, j-1 {
		found[i], found[j] = found[j], found[i]
	}
	return found, stack
}

// unwrapped lists the outermost first, each error before its causes.
func (r stackRules) unwrapped(err error) []exception {
	found := []exception{r.exceptionOf(err)}
	queue := []error{err}
	for at := 0; at < len(queue); at++ {
		for _, inner := range causesOf(queue[at]) {
			if inner.err == nil || len(found) == maxErrors {
				continue
			}
			one := r.exceptionOf(inner.err)
			one.source, one.parent = inner.source, at
			found = append(found, one)
			queue = append(queue, inner.err)
		}
	}
	return found
}

func (r stackRules) exceptionOf(err error) exception {
	one := exception{Type: typeOf(err), Value: textOfError(err), Module: moduleOf(err)}
	if counters := countersOf(err); len(counters) > 0 {
		one.Stacktrace, one.counters = r.trace(counters), counters
	}
	return one
}

// textOfError: an Error method may panic, on a nil pointer for instance.
func textOfError(err error) (text string) {
	defer func() {
		if raised := recover(); raised != nil {
			text = fmt.Sprintf("(its Error method panicked: %v)", raised)
		}
	}()
	return err.Error()
}

// mechanisms says how the errors hang together. The last is the outermost, number 0.
func mechanisms(values []exception, handled bool) {
	children := map[int]int{}
	for _, one := range values[:len(values)-1] {
		children[one.parent]++
	}
	for i := range values {
		id := len(values) - 1 - i
		made := &mechanism{Type: "generic", Handled: handled, ExceptionID: id}
		if id > 0 {
			parent := values[i].parent
			made.Type, made.Source, made.ParentID = "chained", values[i].source, &parent
		}
		made.IsExceptionGroup = children[id] > 1
		values[i].Mechanism = made
	}
}
