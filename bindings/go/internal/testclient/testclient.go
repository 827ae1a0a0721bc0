// Package testclient has what the tests of several packages share.
package testclient

import (
	"testing"

	"tocsin"
)

// Open is a client whose envelopes the test reads; it is closed when the test is over.
func Open(t testing.TB, options tocsin.Options) *tocsin.Client {
	t.Helper()
	if !tocsin.Available {
		t.Skip("built without cgo")
	}
	options.Transport = "pull"
	client, err := tocsin.NewClient(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(0) })
	return client
}
