//go:build cgo

// Command bench is the player for Go of ffi-tests/bench/run --bindings. It lies here because nothing
// outside this module reaches the generated package.
package main

import (
	"fmt"
	"math"
	"runtime"
	"syscall"
	"unsafe"

	"tocsin"
)

const (
	passes     = 31 // short ones: the machine's other work misses some
	longPasses = 7  // of the language's own interface, so long that the collector has its turns
	batch      = 1000
)

// beginToSend leaves a second thread that is the library's, as wherever a client sends.
func beginToSend() {
	client, err := tocsin.NewClient(tocsin.Options{Dsn: "http://key@127.0.0.1:9/1"})
	if err != nil {
		panic(err)
	}
	client.Scope().CaptureMessage("hello")
	client.Close(0)
}

// processorTime is the process's, in nanoseconds; the collector's is part of it.
func processorTime() int64 {
	const processClock = 2 // CLOCK_PROCESS_CPUTIME_ID
	var spent syscall.Timespec
	_, _, failed := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, processClock, uintptr(unsafe.Pointer(&spent)), 0)
	if failed != 0 {
		panic(failed)
	}
	return spent.Nano()
}

// play prints the least time of one operation. Each pass has a client of its own.
func play(name string, passes, rounds int, start func(scope *tocsin.Scope) func()) {
	least := math.Inf(1)
	for i := 0; i < passes; i++ {
		client, err := tocsin.NewClient(tocsin.Options{Transport: "pull"})
		if err != nil {
			panic(err)
		}
		scope := client.Scope()
		run := start(scope)
		runtime.GC()
		began := processorTime()
		for k := 0; k < rounds; k++ {
			run()
		}
		least = math.Min(least, float64(processorTime()-began)/float64(rounds))
		client.Close(0)
		runtime.KeepAlive(scope)
	}
	fmt.Printf("%s %.2f\n", name, least)
}

func main() {
	beginToSend()
	playCore()
	playScope()
	playCaptures()
}
