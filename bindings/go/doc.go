// Package tocsin reports errors through libtocsin, in the protocol that Sentry and compatible
// servers speak.
//
//	func main() {
//		if err := tocsin.Init(tocsin.Options{Dsn: "https://key@host/42"}); err != nil {
//			log.Fatal(err)
//		}
//		defer tocsin.Flush(2 * time.Second)
//		ctx := tocsin.ForkIsolation(context.Background())
//		tocsin.SetTag(ctx, "region", "eu")
//		tocsin.CaptureException(ctx, errors.New("disk full"))
//	}
//
// A scope holds what is true of the surroundings in which something happens: tags, a user,
// breadcrumbs. It travels in a context.Context, and nowhere else: a goroutine has the scope of the
// context it was given. A context without one means the root scope of the client that Init opened.
// Functions that take a context work on the scopes that users of other SDKs expect: data goes to
// the isolation scope (one request, one job), captures happen on the current scope.
//
// Scopes belong to the garbage collector. Nothing in this package panics or makes a program fail:
// what goes wrong inside a hook or the library costs at most the event. Setters return an error for
// whoever wants to look.
//
// Built without cgo the package compiles and does nothing; Available tells.
package tocsin
