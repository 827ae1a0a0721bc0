package tocsinhttp

import (
	"net/http"
	"strings"

	"tocsin"
)

const filtered = "[Filtered]"

// The library knows the usual headers that carry an address; these are rarer.
var addressHeaders = map[string]bool{"Forwarded": true, "Client-Ip": true, "True-Client-Ip": true,
	"Cf-Connecting-Ip": true, "Fastly-Client-Ip": true, "X-Client-Ip": true, "X-Cluster-Client-Ip": true}

// plainQuery is the query without values that have a secret's name.
func plainQuery(client *tocsin.Client, query string) string {
	pairs := strings.FieldsFunc(query, func(char rune) bool { return char == '&' || char == ';' })
	for i, pair := range pairs {
		if at := strings.IndexByte(pair, '='); at > 0 && client.IsSecret(pair[:at]) {
			pairs[i] = pair[:at+1] + filtered
		}
	}
	return strings.Join(pairs, "&")
}

// headersOf are those of a request. Cookies and credentials are the library's to leave out.
func headersOf(client *tocsin.Client, request *http.Request) map[string]string {
	headers := map[string]string{"Host": request.Host}
	for name, values := range request.Header {
		value := strings.Join(values, ",")
		if !client.SendsDefaultPII() {
			if addressHeaders[name] {
				continue
			}
			value = plainHeader(client, name, value)
		}
		headers[name] = value
	}
	return headers
}

func plainHeader(client *tocsin.Client, name, value string) string {
	if client.IsSecret(name) {
		return filtered
	}
	at := strings.IndexByte(value, '?')
	if name != "Referer" || at < 0 {
		return value
	}
	return value[:at+1] + plainQuery(client, value[at+1:])
}
