package tocsinhttp

import (
	"net/http"
	"net/netip"
	"strings"

	"tocsin"
)

// dataOf is all but secrets: the library leaves out what is personal, unless send_default_pii is on.
func dataOf(client *tocsin.Client, request *http.Request, scheme string) map[string]any {
	data := map[string]any{
		"method":  request.Method,
		"url":     scheme + "://" + request.Host + request.URL.Path,
		"headers": headersOf(client, request),
		"env":     map[string]string{"REMOTE_ADDR": request.RemoteAddr},
	}
	if request.URL.RawQuery != "" {
		data["query_string"] = plainQuery(client, request.URL.RawQuery)
	}
	return data
}

// traceOf are the headers that may say which trace the request belongs to.
func traceOf(header http.Header) map[string]string {
	var found map[string]string
	for _, name := range []string{"Sentry-Trace", "Baggage", "Traceparent"} {
		if values := header[name]; len(values) > 0 {
			if found == nil {
				found = map[string]string{}
			}
			found[name] = strings.Join(values, ",")
		}
	}
	return found
}

// originOf is the scheme and the address that the client used, as far as who says so is trusted.
func (h *Handler) originOf(request *http.Request) (scheme, address string) {
	scheme = "http"
	if request.TLS != nil {
		scheme = "https"
	}
	peer, ok := addressIn(request.RemoteAddr)
	if !ok {
		return scheme, ""
	}
	if !h.trusts(peer) {
		return scheme, peer.String()
	}
	if proto := lastOf(request.Header["X-Forwarded-Proto"]); proto == "http" || proto == "https" {
		scheme = proto
	}
	return scheme, h.before(request.Header["X-Forwarded-For"], peer).String()
}

// before walks the list back from the nearest proxy to the first address nobody trusts. Where the
// list is broken, the last good one counts.
func (h *Handler) before(lists []string, peer netip.Addr) netip.Addr {
	hops := strings.Split(strings.Join(lists, ","), ",")
	for i := len(hops) - 1; i >= 0 && h.trusts(peer); i-- {
		hop, ok := addressIn(strings.TrimSpace(hops[i]))
		if !ok {
			break
		}
		peer = hop
	}
	return peer
}

func lastOf(values []string) string {
	if len(values) == 0 {
		return ""
	}
	list := strings.Split(values[len(values)-1], ",")
	return strings.ToLower(strings.TrimSpace(list[len(list)-1]))
}

func (h *Handler) trusts(address netip.Addr) bool {
	for _, one := range h.trusted {
		if one.Contains(address) {
			return true
		}
	}
	return false
}

// addressIn reads an address with a port or without.
func addressIn(text string) (netip.Addr, bool) {
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().Unmap().WithZone(""), true
	}
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return address.Unmap().WithZone(""), err == nil
}

func prefixesOf(proxies []string) []netip.Prefix {
	var prefixes []netip.Prefix
	for _, proxy := range proxies {
		if prefix, err := netip.ParsePrefix(proxy); err == nil {
			prefixes = append(prefixes, prefix)
		} else if address, ok := addressIn(proxy); ok {
			prefixes = append(prefixes, netip.PrefixFrom(address, address.BitLen()))
		}
	}
	return prefixes
}
