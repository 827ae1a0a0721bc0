package tocsinhttp

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	"tocsin"
)

// How many bytes of a body go along, by the setting max_request_body_size.
var bodyLimits = map[any]int64{"small": 1000, "medium": 10_000, "always": 1 << 20}

// A body remembers what the program has read of it.
type body struct {
	io.ReadCloser
	lock sync.Mutex
	kept []byte // guarded by lock
}

// keepBody lets events of the request show its body, as far as the program has read it by then: a form
// or JSON whose length was told. Nothing is read here.
func keepBody(scope *tocsin.Scope, request *http.Request) {
	client := scope.Client()
	limit := bodyLimits[client.Setting("max_request_body_size")]
	kind, _, _ := mime.ParseMediaType(request.Header.Get("Content-Type"))
	parse := parserOf(kind)
	if parse == nil || request.ContentLength < 1 || request.ContentLength > limit {
		return
	}
	kept := &body{ReadCloser: request.Body}
	request.Body = kept
	scope.Isolation().AddEventProcessor(func(event tocsin.Event, _ *tocsin.Hint) tocsin.Event {
		shown, has := event["request"].(map[string]any)
		if data := parse(kept.text()); has && data != nil && shown["data"] == nil {
			shown["data"] = withoutSecrets(client, data)
		}
		return event
	})
}

// Read is the body's own.
func (b *body) Read(into []byte) (int, error) {
	count, err := b.ReadCloser.Read(into)
	b.lock.Lock()
	defer b.lock.Unlock()
	b.kept = append(b.kept, into[:count]...)
	return count, err
}

func (b *body) text() string {
	b.lock.Lock()
	defer b.lock.Unlock()
	return string(b.kept)
}

func parserOf(kind string) func(text string) any {
	switch {
	case kind == "application/x-www-form-urlencoded":
		return formIn
	case kind == "application/json", strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json"):
		return documentIn
	}
	return nil
}

func formIn(text string) any {
	values, err := url.ParseQuery(text)
	if err != nil || len(values) == 0 || !utf8.ValidString(text) {
		return nil
	}
	form := map[string]any{}
	for name, list := range values {
		if len(list) == 1 {
			form[name] = list[0]
		} else {
			form[name] = list
		}
	}
	return form
}

// documentIn is an object or a list: a bare text has no names by which secrets could be told.
func documentIn(text string) any {
	var document any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&document) != nil {
		return nil
	}
	switch document.(type) {
	case map[string]any, []any:
		return document
	}
	return nil
}

func withoutSecrets(client *tocsin.Client, value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if client.IsSecret(name) {
				value[name] = filtered
			} else {
				value[name] = withoutSecrets(client, inner)
			}
		}
	case []any:
		for i, inner := range value {
			value[i] = withoutSecrets(client, inner)
		}
	}
	return value
}
