package main

import (
	"runtime"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
)

const (
	drop        = 1
	eventIDSize = 33
)

// library calls functions by name; there is no C compiler and no header behind it.
type library struct {
	handle    uintptr
	functions map[string]uintptr
}

func open(path string) *library {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		panic(err)
	}
	return &library{handle: handle, functions: map[string]uintptr{}}
}

// prepare looks names up, so that goroutines then only read.
func (l *library) prepare(names ...string) {
	for _, name := range names {
		if l.functions[name] != 0 {
			continue
		}
		address, err := purego.Dlsym(l.handle, "tocsin_"+name)
		if err != nil {
			panic(err)
		}
		l.functions[name] = address
	}
}

func (l *library) wide(name string, words ...uintptr) int64 {
	result, _, _ := purego.SyscallN(l.functions[name], words...)
	return int64(result)
}

// status is for functions that return 32 bits; the rest of the register is nobody's.
func (l *library) status(name string, words ...uintptr) int32 {
	return int32(l.wide(name, words...))
}

// pins keeps what C was given where it is until release.
type pins struct{ runtime.Pinner }

// text is pointer and length.
func (p *pins) text(text string) (uintptr, uintptr) {
	return p.bytes([]byte(text)), uintptr(len(text))
}

func (p *pins) bytes(data []byte) uintptr {
	if len(data) == 0 {
		data = make([]byte, 1)
	}
	p.Pin(&data[0])
	return uintptr(unsafe.Pointer(&data[0]))
}

func (l *library) jsonOf(event uintptr) string {
	l.prepare("event_json")
	var memory pins
	defer memory.Unpin()
	need := l.wide("event_json", event, 0, 0)
	buffer := make([]byte, need+1)
	l.wide("event_json", event, memory.bytes(buffer), uintptr(len(buffer)))
	return string(buffer[:need])
}

func textUntilNUL(data []byte) string {
	text, _, _ := strings.Cut(string(data), "\x00")
	return text
}
