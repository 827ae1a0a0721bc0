package tocsin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Texts from the library mostly fit into this many bytes; no notice is longer.
const firstBuffer = 1280

// textOf asks for a text until it fits.
func textOf(get func(buf []byte) int64) (string, error) {
	buf := make([]byte, firstBuffer)
	for {
		need := get(buf)
		if need < 0 {
			return "", errorOf(int32(need))
		}
		if need < int64(len(buf)) {
			return string(buf[:need]), nil
		}
		buf = make([]byte, need+1)
	}
}

// encode makes JSON of a value. A MarshalJSON that panics is an error.
func encode(value any) (text string, err error) {
	defer func() {
		if raised := recover(); raised != nil {
			err = fmt.Errorf("tocsin: a value's MarshalJSON panicked: %v", raised)
		}
	}()
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err = encoder.Encode(value); err != nil {
		return "", fmt.Errorf("tocsin: a value cannot be JSON: %w", err)
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

// decode reads JSON and keeps numbers as they are spelled.
func decode(text string, into any) error {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	return decoder.Decode(into)
}
