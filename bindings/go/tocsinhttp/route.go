package tocsinhttp

import (
	"net/http"
	"reflect"
	"strings"

	"tocsin"
)

// A router knows which pattern a request will take before it takes it, as http.ServeMux does.
type router interface {
	Handler(request *http.Request) (http.Handler, string)
}

// routeOf is the route of a request, or empty. Go 1.23 notes it on the request once a mux has chosen.
func (h *Handler) routeOf(request *http.Request, router router) string {
	if route := h.ownRoute(request); route != "" {
		return route
	}
	if pattern := patternOf(request); pattern != "" || router == nil {
		return pattern
	}
	_, pattern := router.Handler(request)
	return pattern
}

// ownRoute is what the program's function says; one that panics knows none.
func (h *Handler) ownRoute(request *http.Request) (route string) {
	defer func() {
		if recover() != nil {
			route = ""
		}
	}()
	if h.options.Route == nil {
		return ""
	}
	return h.options.Route(request)
}

var patternField = func() []int {
	field, _ := reflect.TypeOf(http.Request{}).FieldByName("Pattern")
	return field.Index
}()

func patternOf(request *http.Request) string {
	if patternField == nil {
		return ""
	}
	return reflect.ValueOf(request).Elem().FieldByIndex(patternField).String()
}

// nameOf is "GET /users/{id}", whether the pattern names the method or not.
func nameOf(request *http.Request, pattern string) string {
	if strings.ContainsAny(pattern, " \t") {
		return pattern
	}
	return request.Method + " " + pattern
}

// nameLate names a request whose route a mux further in has found, unless the program named it.
func (h *Handler) nameLate(scope *tocsin.Scope, request *http.Request) {
	pattern := patternOf(request)
	if pattern != "" && scope.Transaction() == request.Method+" "+request.URL.Path {
		scope.SetTransaction(nameOf(request, pattern), "route")
	}
}
