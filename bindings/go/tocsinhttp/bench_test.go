package tocsinhttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"tocsin"
	"tocsin/tocsinhttp"
	"tocsin/tocsintest"
)

// What a request pays that reports nothing.
func BenchmarkARequestThroughTheMiddleware(b *testing.B) {
	recorder := tocsintest.New(b, tocsin.Options{})
	handler := tocsinhttp.New(tocsinhttp.Options{Client: recorder.Client}).HandleFunc(
		func(http.ResponseWriter, *http.Request) {})
	request := httptest.NewRequest("GET", "/users/7?q=1", nil)
	request.Header.Set("Accept", "text/html")
	request.Header.Set("User-Agent", "a browser")
	writer := httptest.NewRecorder()
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		handler(writer, request)
	}
}
