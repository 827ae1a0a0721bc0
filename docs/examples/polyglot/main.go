// Command shop is an HTTP server in Go whose plugins are written in Lua, and which leaves its mails to a
// worker in Ruby. Go and Lua share one libtocsin: a plugin reports on the scope of the request it serves,
// which it gets as a number. The worker is another process; it continues the request's trace.
//
//	SENTRY_DSN=... shop -port-file FILE -plugins FOLDER -worker FILE
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"tocsin"
	"tocsin/tocsinhttp"
)

func main() {
	portFile := flag.String("port-file", "", "where to write the port")
	folder := flag.String("plugins", "plugins", "the folder of the plugins in Lua")
	script := flag.String("worker", "worker/mailer.rb", "the worker in Ruby")
	flag.Parse()
	if err := run(*portFile, *folder, *script); err != nil {
		log.Fatal(err)
	}
}

func run(portFile, folder, script string) error {
	err := tocsin.Init(tocsin.Options{
		Release:     "shop@1.4.0",
		Environment: "demo",
		// Sees what the plugins report, too.
		BeforeSend: func(event tocsin.Event, _ *tocsin.Hint) tocsin.Event {
			event.Object("tags")["shown_to"] = "go"
			return event
		},
		Settings: map[string]any{"max_connections": 1}, // so that events arrive in order
	})
	if err != nil {
		return err
	}
	defer tocsin.Close(10 * time.Second)
	scope := tocsin.CurrentClient().GlobalScope()
	scope.SetTag("service", "shop-gateway")
	scope.SetTag("region", "eu-1")

	shop, err := open(folder, script)
	if err != nil {
		return err
	}
	defer shop.close()
	return serve(shop, portFile)
}

// serve answers until a signal says that it is enough.
func serve(shop *shop, portFile string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: tocsinhttp.New(tocsinhttp.Options{}).Handle(shop)}
	enough, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	drained := make(chan error, 1)
	go func() {
		<-enough.Done()
		drained <- server.Shutdown(context.Background())
	}()
	port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	if err := os.WriteFile(portFile, []byte(port), 0o644); err != nil {
		return err
	}
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-drained
}

type shop struct {
	plugins []*plugin
	worker  *worker
}

func open(folder, script string) (*shop, error) {
	worker, err := startWorker(script)
	if err != nil {
		return nil, err
	}
	shop := &shop{worker: worker}
	for _, name := range []string{"stock", "prices"} {
		plugin, err := load(folder, name)
		if err != nil {
			return nil, err
		}
		shop.plugins = append(shop.plugins, plugin)
	}
	return shop, nil
}

func (s *shop) close() {
	s.worker.close()
	for _, plugin := range s.plugins {
		plugin.close()
	}
}

// ServeHTTP takes an order. What it sets is on every event of this request, whichever language reports it.
func (s *shop) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	ctx := request.Context()
	order := request.URL.Query().Get("order")
	tocsin.SetTag(ctx, "order", order)
	tocsin.AddBreadcrumb(ctx, tocsin.Breadcrumb{Category: "host", Message: "order accepted"})
	for _, plugin := range s.plugins {
		if err := plugin.run(ctx, order); err != nil {
			fmt.Fprintf(writer, "plugin %s: %v\n", plugin.name, err)
		}
	}
	if err := s.worker.send(ctx, order); err != nil {
		tocsin.CaptureException(ctx, err)
	}
	fmt.Fprintf(writer, "order %s is taken\n", order)
}
