//go:build cgo

package tocsinhttp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"tocsin"
	"tocsin/tocsinhttp"
)

func Example() {
	client, _ := tocsin.NewClient(tocsin.Options{Transport: "pull"})
	mux := http.NewServeMux()
	mux.HandleFunc("/cart/", func(_ http.ResponseWriter, request *http.Request) {
		scope := tocsin.ScopeFromContext(request.Context())
		fmt.Println(scope.Transaction())
	})
	handler := tocsinhttp.New(tocsinhttp.Options{Client: client}).Handle(mux)
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/cart/7", nil))
	// Output: GET /cart/
}

func ExampleRoundTripper() {
	client, _ := tocsin.NewClient(tocsin.Options{Transport: "pull"})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		fmt.Println("goes on with a trace:", request.Header.Get("Sentry-Trace") != "")
	}))
	defer server.Close()
	outgoing := &http.Client{Transport: &tocsinhttp.RoundTripper{}}
	request, _ := http.NewRequest("GET", server.URL, nil)
	ctx := tocsin.ContextWithScope(request.Context(), client.Scope())
	if response, err := outgoing.Do(request.WithContext(ctx)); err == nil {
		response.Body.Close()
	}
	// Output: goes on with a trace: true
}
