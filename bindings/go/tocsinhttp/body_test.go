package tocsinhttp_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tocsin"
	"tocsin/tocsinhttp"
	"tocsin/tocsintest"
)

func dataOf(t *testing.T, size, kind, text string, read bool) any {
	t.Helper()
	recorder := tocsintest.New(t, tocsin.Options{Settings: map[string]any{"max_request_body_size": size}})
	server := serve(t, tocsinhttp.Options{Client: recorder.Client}, func(_ http.ResponseWriter, r *http.Request) {
		if got, _ := io.ReadAll(r.Body); read && string(got) != text {
			t.Errorf("the program read %q", got)
		}
		message(nil, r)
	})
	if !read {
		server.Config.Handler = tocsinhttp.New(tocsinhttp.Options{Client: recorder.Client}).HandleFunc(message)
	}
	response, err := http.Post(server.URL, kind, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return recorder.Only().Object("request")["data"]
}

func TestABodyThatWasReadIsShownWithoutSecrets(t *testing.T) {
	const form, document = "application/x-www-form-urlencoded", "application/json; charset=utf-8"
	cases := []struct {
		size, kind, text string
		read             bool
		wanted           string
	}{
		{"medium", document, `{"a":[{"password":"x","b":12345678901234567890}]}`, true, "map[a:[map[b:1.2345678901234567e+19 password:[Filtered]]]]"},
		{"medium", "application/problem+json", `[1]`, true, "[1]"},
		{"medium", form, "a=1&token=x&b=2&b=3", true, "map[a:1 b:[2 3] token:[Filtered]]"},
		{"medium", document, `{"a":1}`, false, "<nil>"},
		{"medium", document, `"secret"`, true, "<nil>"},
		{"medium", document, `{"a":`, true, "<nil>"},
		{"medium", "text/plain", "a", true, "<nil>"},
		{"none", document, `{"a":1}`, true, "<nil>"},
		{"small", document, `{"a":"` + strings.Repeat("x", 1000) + `"}`, true, "<nil>"},
		{"small", form, "a=" + strings.Repeat("x", 998), true, "map[a:" + strings.Repeat("x", 998) + "]"},
	}
	for _, one := range cases {
		if got := fmt.Sprint(dataOf(t, one.size, one.kind, one.text, one.read)); got != one.wanted {
			t.Errorf("%.40s: got %s", one.text, got)
		}
	}
}

func TestTheCallersRequestKeepsItsBody(t *testing.T) {
	recorder := tocsintest.New(t, tocsin.Options{})
	request := httptest.NewRequest("POST", "/", strings.NewReader("{}"))
	request.Header.Set("Content-Type", "application/json")
	before := request.Body
	tocsinhttp.New(tocsinhttp.Options{Client: recorder.Client}).HandleFunc(message)(httptest.NewRecorder(), request)
	if request.Body != before {
		t.Error("it was changed")
	}
}
