//go:build cgo

package tocsincompat_test

import (
	"fmt"

	"tocsin"
	sentry "tocsin/tocsincompat"
)

func Example() {
	client, _ := tocsin.NewClient(tocsin.Options{Transport: "pull"})
	hub := sentry.NewHub(client, nil)
	hub.WithScope(func(scope *sentry.Scope) {
		scope.SetTag("step", "pay")
		fmt.Println(scope.JSON())
	})
	fmt.Println(hub.Scope().JSON())
	// Output:
	// {"tags":{"step":"pay"}}
	// {}
}
