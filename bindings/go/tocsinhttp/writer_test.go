package tocsinhttp_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin"
	"tocsin/tocsinhttp"
	"tocsin/tocsintest"
)

func TestFlusherHijackerAndReaderFromWork(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{})
	path := filepath.Join(t.TempDir(), "large")
	if err := os.WriteFile(path, []byte(strings.Repeat("x", 1<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	goOn := make(chan bool)
	server := serve(t, tocsinhttp.Options{Client: recorder.Client}, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/flush":
			fmt.Fprintln(w, "first")
			w.(http.Flusher).Flush()
			<-goOn // until the client has seen that line
		case "/hijack":
			connection, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				fmt.Fprint(connection, "HTTP/1.1 299 Mine\r\nConnection: close\r\n\r\n")
				connection.Close()
			}
		case "/file":
			file, _ := os.Open(path)
			defer file.Close()
			w.(io.ReaderFrom).ReadFrom(file)
		}
	})
	response, err := http.Get(server.URL + "/flush")
	if err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(response.Body).ReadString('\n')
	close(goOn)
	response.Body.Close()
	if line != "first\n" {
		t.Errorf("flushed: %q", line)
	}
	if status, _ := get(t, server.URL+"/hijack"); status != 299 {
		t.Errorf("hijacked: %d", status)
	}
	if _, body := get(t, server.URL+"/file"); len(body) != 1<<20 {
		t.Errorf("%d bytes of a file", len(body))
	}
}

func TestWaitForDeliveryWaitsAsLongAsSaid(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{})
	handler := tocsinhttp.New(tocsinhttp.Options{Client: recorder.Client, WaitForDelivery: true,
		Timeout: 50 * time.Millisecond}).HandleFunc(func(http.ResponseWriter, *http.Request) { panic("boom") })
	started := time.Now()
	func() {
		defer func() { _ = recover() }()
		handler(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}()
	if took := time.Since(started); took < 50*time.Millisecond {
		t.Errorf("went on after %v, though nobody took the event", took)
	}
}
