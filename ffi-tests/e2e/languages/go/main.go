// Command shop reports one error, with frames of the program's own and one of the standard library, and prints
// the event's id.
package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"tocsin"
)

type CardRefused struct{ limit int }

func (c CardRefused) Error() string { return fmt.Sprintf("limit is %d", c.limit) }

func charge(ctx context.Context, amount int) {
	limit := 100
	if amount > limit {
		tocsin.CaptureException(ctx, CardRefused{limit}) // raised here
	}
}

func serve(ctx context.Context, order []int) {
	for _, amount := range order {
		new(sync.Once).Do(func() { charge(ctx, amount) })
	}
}

func main() {
	if err := tocsin.Init(tocsin.Options{}); err != nil {
		panic(err)
	}
	ctx := tocsin.ForkIsolation(context.Background())
	tocsin.SetTag(ctx, "language", "go")
	tocsin.SetUser(ctx, tocsin.User{ID: "7"})
	tocsin.AddBreadcrumb(ctx, tocsin.Breadcrumb{Category: "cart", Message: "checked out"})
	serve(ctx, []int{20, 200})
	fmt.Println(*tocsin.LastEventID(ctx))
	if !tocsin.Flush(time.Minute) {
		os.Exit(1)
	}
}
