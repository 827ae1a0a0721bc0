package main

import (
	"fmt"

	"github.com/getsentry/sentry-go"
)

func message(number int) string {
	return fmt.Sprintf("checkout failed for customer %d", number)
}

func start(dsn string, transport sentry.Transport, maxBreadcrumbs int) {
	options := sentry.ClientOptions{
		Dsn: dsn, Release: "shop@4.2.1", Environment: "production", ServerName: "web-3",
		Transport: transport, MaxBreadcrumbs: maxBreadcrumbs,
	}
	if err := sentry.Init(options); err != nil {
		panic(err)
	}
}

func breadcrumb(number int) *sentry.Breadcrumb {
	path := fmt.Sprintf("/api/v2/orders/%05d", number%100000)
	return &sentry.Breadcrumb{
		Message: "GET " + path + " returned 200 after some milliseconds", Category: "http.client",
		Level: sentry.LevelInfo,
		Data:  map[string]any{"url": "https://orders.example.com" + path, "status_code": 200},
	}
}

// fill puts tags and breadcrumbs on the hub's scope; the rest of W with full.
func fill(hub *sentry.Hub, tags, breadcrumbs int, full bool) {
	scope := hub.Scope()
	for i := 0; i < tags; i++ {
		scope.SetTag(fmt.Sprintf("tag.%d", i), fmt.Sprintf("value-%d", i))
	}
	for i := 0; i < breadcrumbs; i++ {
		hub.AddBreadcrumb(breadcrumb(i), nil)
	}
	if !full {
		return
	}
	for i := 0; i < 5; i++ {
		scope.SetTag(fmt.Sprintf("global.%d", i), fmt.Sprintf("value-%d", i))
		scope.SetTag(fmt.Sprintf("isolation.%d", i), fmt.Sprintf("value-%d", i))
		scope.SetContext(fmt.Sprintf("extra.%d", i), sentry.Context{"value": "some text of a moderate length"})
	}
	scope.SetUser(sentry.User{ID: "1042", Username: "ada", Email: "ada@example.com", Data: map[string]string{"segment": "beta"}})
	for _, name := range []string{"order", "cart", "shipment"} {
		scope.SetContext(name, sentry.Context{"id": "A-1042", "items": 7, "total": 129.5, "currency": "EUR", "express": true})
	}
}

// filled is a hub of its own with workload W.
func filled() *sentry.Hub {
	hub := sentry.CurrentHub().Clone()
	fill(hub, 10, 100, true)
	return hub
}
