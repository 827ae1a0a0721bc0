// Command peer is the player of sentry-go; ../README.md says what it prints.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/getsentry/sentry-go"
)

const (
	rounds = 5
	nobody = "http://public@127.0.0.1:9/1"
)

func least(times int, run func(number int)) float64 {
	best := math.Inf(1)
	for round := 0; round < rounds; round++ {
		start := time.Now()
		for number := 0; number < times; number++ {
			run(number)
		}
		best = math.Min(best, float64(time.Since(start).Nanoseconds())/float64(times))
	}
	return best
}

func ops() {
	inert := &nowhere{}
	start(nobody, inert, 100)
	hub := filled()
	scope := hub.Scope()
	fmt.Println("fork", least(5000, func(int) { scope.Clone() }))
	fmt.Println("first_write", least(5000, func(int) { scope.Clone().SetTag("tag.5", "another") }))
	fmt.Println("set_tag", least(50000, func(int) { scope.SetTag("tag.5", "value-a") }))
	fmt.Println("breadcrumb", least(5000, func(number int) { hub.AddBreadcrumb(breadcrumb(number), nil) }))
	fmt.Println("capture", leastCapture(2000, hub, inert))
	inert = &nowhere{serialises: true}
	start(nobody, inert, 100)
	fmt.Println("to_bytes", leastCapture(300, filled(), inert))
}

func sizes() {
	start(nobody, &nowhere{}, 1000)
	for _, size := range [][2]int{{0, 0}, {10, 10}, {100, 100}, {1000, 1000}, {1000, 0}, {0, 1000}} {
		hub := sentry.CurrentHub().Clone()
		fill(hub, size[0], size[1], false)
		fmt.Println(size[0], size[1], least(1000, func(int) { hub.Scope().Clone() }))
	}
}

func resident(field int) int {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	pages, _ := strconv.Atoi(strings.Fields(string(text))[field])
	return pages * os.Getpagesize()
}

func memory(count int) {
	start(nobody, &nowhere{}, 100)
	hub := filled()
	runtime.GC()
	before := resident(1)
	forks := make([]*sentry.Scope, 0, count)
	for i := 0; i < count; i++ {
		forks = append(forks, hub.Scope().Clone())
		forks[i].SetTag("tag.5", "another")
	}
	runtime.GC()
	fmt.Println("bytes", float64(resident(1)-before)/float64(count))
	runtime.KeepAlive(forks)
}

// begin prints no time of loading: the library is part of the program.
func begin() {
	began := time.Now()
	start(nobody, nil, 100)
	opened := time.Now()
	sentry.CaptureMessage("started")
	fmt.Println("open", float64(opened.Sub(began).Microseconds())/1e3)
	fmt.Println("capture", float64(time.Since(opened).Microseconds())/1e3)
	fmt.Println("kb", peak())
}

// connect takes the library's own transport, or with queue the one whose queue can be set.
func connect(dsn string, queue int) {
	if queue == 0 {
		start(dsn, nil, 100)
		return
	}
	transport := sentry.NewHTTPTransport()
	transport.BufferSize = queue
	start(dsn, transport, 100)
}

func capture(hub *sentry.Hub, number int) float64 {
	hub.AddBreadcrumb(breadcrumb(number), nil)
	before := time.Now()
	hub.CaptureMessage(message(number))
	return float64(time.Since(before).Nanoseconds()) / 1e3
}

func tell(told map[string]any) {
	text, _ := json.Marshal(told)
	fmt.Println(string(text))
}

func burst(dsn string, count, queue int) {
	connect(dsn, queue)
	hub := filled()
	took := make([]float64, count)
	before := time.Now()
	for i := range took {
		took[i] = capture(hub, i)
	}
	flushed := sentry.Flush(flushIn())
	seconds := time.Since(before).Seconds()
	sort.Float64s(took)
	tell(map[string]any{"seconds": seconds, "median_us": took[count/2], "p99_us": took[count*99/100],
		"flushed": flushed, "rss_kb": peak()})
}

func flushIn() time.Duration {
	seconds, err := strconv.Atoi(os.Getenv("BENCH_FLUSH_S"))
	if err != nil {
		seconds = 90
	}
	return time.Duration(seconds) * time.Second
}

func peak() int {
	text, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmHWM:" {
			kb, _ := strconv.Atoi(fields[1])
			return kb
		}
	}
	return 0
}

func offer(dsn string, rate, seconds float64, queue int) {
	connect(dsn, queue)
	hub := filled()
	before, captured := time.Now(), 0
	for float64(captured) < rate*seconds && time.Since(before).Seconds() < seconds {
		time.Sleep(time.Duration(float64(captured)/rate*1e9) - time.Since(before))
		capture(hub, captured)
		captured++
	}
	spent := time.Since(before).Seconds()
	sentry.Flush(2 * time.Second)
	tell(map[string]any{"captured": captured, "seconds": spent})
}

func number(word string) float64 {
	value, err := strconv.ParseFloat(word, 64)
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	words := os.Args[1:]
	switch words[0] {
	case "version":
		fmt.Println(sentry.SDKVersion)
	case "ops":
		ops()
	case "sizes":
		sizes()
	case "memory":
		memory(int(number(words[1])))
	case "nothing":
		fmt.Println("kb", peak())
	case "start":
		begin()
	case "burst":
		burst(words[1], int(number(words[2])), int(number(words[3])))
	case "offer":
		offer(words[1], number(words[2]), number(words[3]), int(number(words[4])))
	}
}
