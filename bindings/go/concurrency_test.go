package tocsin_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"tocsin"
	"tocsin/internal/core"
)

func countersHere() []uintptr {
	counters := make([]uintptr, 20)
	return counters[:runtime.Callers(1, counters)]
}

func liveScopes() int64 {
	return core.Handle_count(int32(core.KIND_SCOPE))
}

// settle collects until there are no more scopes than before, or a long time has passed.
func settle(t *testing.T, before int64) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); runtime.Gosched() {
		runtime.GC()
		if liveScopes() <= before {
			return
		}
	}
	t.Errorf("%d scopes are alive after collection, before it were %d", liveScopes(), before)
}

const requests = 200

// request is one of many at a time, with a child and a straggler.
func request(ctx context.Context, number int, all *sync.WaitGroup) {
	defer all.Done()
	ctx = tocsin.ForkIsolation(ctx)
	name := fmt.Sprint(number)
	tocsin.SetTag(ctx, "request", name)
	tocsin.AddBreadcrumb(ctx, tocsin.Breadcrumb{Message: name})
	all.Add(1)
	go func(ctx context.Context) {
		defer all.Done()
		tocsin.WithScope(ctx, func(ctx context.Context, scope *tocsin.Scope) {
			scope.SetTag("child", name)
			runtime.Gosched()
			tocsin.CaptureException(ctx, errors.New(name))
		})
	}(ctx)
	runtime.Gosched()
	tocsin.CaptureMessage(ctx, name)
}

func checkForeign(t *testing.T, events []tocsin.Event) {
	t.Helper()
	for _, event := range events {
		name, _ := event.Object("logentry")["formatted"].(string)
		wanted := map[string]any{"request": name}
		if name == "" {
			name = valuesOf(event)[0].(map[string]any)["value"].(string)
			wanted = map[string]any{"request": name, "child": name}
		}
		same(t, "tags", event["tags"], wanted)
		crumbs := event.Object("breadcrumbs")["values"].([]any)
		same(t, "crumbs", len(crumbs), 1)
		same(t, "crumb", crumbs[0].(map[string]any)["message"], name)
	}
}

func playRequests(t *testing.T, options tocsin.Options) {
	client := open(t, options)
	runtime.GC()
	before := liveScopes()
	root := tocsin.ContextWithScope(context.Background(), client.Scope())
	var all sync.WaitGroup
	for i := 0; i < requests; i++ {
		all.Add(1)
		go request(root, i, &all)
	}
	all.Wait()
	events := sent(t, client)
	same(t, "events", len(events), 2*requests)
	checkForeign(t, events)
	settle(t, before)
	client.Scope().CaptureMessage("still here")
}

func TestRequestsAtATimeShareNothing(t *testing.T) {
	playRequests(t, tocsin.Options{})
}

func TestRequestsAtATimeShareNothingWithHooks(t *testing.T) {
	playRequests(t, tocsin.Options{
		BeforeSend:       func(event tocsin.Event, _ *tocsin.Hint) tocsin.Event { return event },
		BeforeBreadcrumb: func(crumb *tocsin.Breadcrumb, _ *tocsin.Hint) *tocsin.Breadcrumb { return crumb },
	})
}

func TestAGoroutineThatOutlivesItsRequestStillReports(t *testing.T) {
	client := open(t, tocsin.Options{})
	start, done := make(chan bool), make(chan bool)
	func() {
		ctx := tocsin.ForkIsolation(tocsin.ContextWithScope(context.Background(), client.Scope()))
		tocsin.SetTag(ctx, "request", "early")
		go func() {
			<-start
			tocsin.CaptureMessage(ctx, "late")
			close(done)
		}()
	}()
	runtime.GC()
	runtime.GC()
	close(start)
	<-done
	same(t, "tags", only(t, client)["tags"], map[string]any{"request": "early"})
}

func TestOneScopeInManyGoroutines(t *testing.T) {
	client := open(t, tocsin.Options{})
	scope := client.Scope().Fork()
	var all sync.WaitGroup
	for i := 0; i < 50; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			scope.SetTag(fmt.Sprint("k", i), "v")
			scope.AddEventProcessor(func(e tocsin.Event, _ *tocsin.Hint) tocsin.Event { return e })
			scope.Fork().CaptureMessage("x")
			if i == 25 {
				scope.Close()
			}
		}(i)
	}
	all.Wait()
	same(t, "events", len(sent(t, client)), 50)
}

func TestFlushesTakeTurns(t *testing.T) {
	client := open(t, tocsin.Options{})
	client.Scope().CaptureMessage("nobody takes it")
	var all sync.WaitGroup
	for i := 0; i < 20; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			same(t, "done", client.Flush(20*time.Millisecond), false)
		}()
	}
	all.Wait()
}

// threads of this process, as Linux counts them.
func threads(t *testing.T) int {
	t.Helper()
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	return len(tasks)
}

func TestThousandsOfFlushesTakeOneThread(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("threads are counted by Linux")
	}
	client := open(t, tocsin.Options{})
	client.Scope().CaptureMessage("nobody takes it")
	before := threads(t)
	var all sync.WaitGroup
	for i := 0; i < 2000; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			client.Flush(200 * time.Millisecond)
		}()
	}
	runtime.Gosched()
	done, most := make(chan bool), 0
	go func() {
		all.Wait()
		close(done)
	}()
	for waiting := true; waiting; {
		select {
		case <-done:
			waiting = false
		case <-time.After(10 * time.Millisecond):
			if now := threads(t); now > most {
				most = now
			}
		}
	}
	if most > before+50 {
		t.Errorf("%d threads, before it were %d", most, before)
	}
}

func TestAFlushEndsWithItsContext(t *testing.T) {
	client := open(t, tocsin.Options{})
	same(t, "nothing to wait for", client.FlushWithContext(context.Background()), true)
	client.Scope().CaptureMessage("nobody takes it")
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	started := time.Now()
	same(t, "cancelled", client.FlushWithContext(ctx), false)
	same(t, "soon", time.Since(started) < 20*time.Second, true)
	same(t, "cancelled before", client.FlushWithContext(ctx), false)
	sent(t, client)
	same(t, "again", client.FlushWithContext(context.Background()), true)
}
