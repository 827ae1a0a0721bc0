//go:build cgo

package tocsinscript_test

import (
	"fmt"
	"runtime"

	"tocsin"
	"tocsin/tocsinscript"
)

func Example() {
	client, _ := tocsin.NewClient(tocsin.Options{Transport: "pull"})
	scope := client.Scope().Fork()
	globals := map[string]any{} // of an interpreter
	for name, function := range tocsinscript.Functions() {
		globals["tocsin_"+name] = function
	}
	setTag := globals["tocsin_set_tag"].(tocsinscript.Function) // as a script calls it
	_, err := setTag(float64(scope.Handle()), "batch", 12.0)
	runtime.KeepAlive(scope)
	fmt.Println(err, scope.JSON())
	// Output: <nil> {"tags":{"batch":"12"}}
}
