package tocsin

import (
	"encoding/json"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

const maxFrames = 100

// stackRules are what a client's options say about frames.
type stackRules struct {
	attach           bool
	lines            int // of source around a frame
	include, exclude []string
}

func stackRulesOf(settings map[string]any) stackRules {
	rules := stackRules{
		include: textsOf(settings["in_app_include"]),
		exclude: textsOf(settings["in_app_exclude"]),
	}
	if lines, ok := settings["context_lines"].(json.Number); ok {
		count, _ := lines.Int64()
		rules.lines = int(count)
	}
	return rules
}

func textsOf(list any) []string {
	var texts []string
	items, _ := list.([]any)
	for _, item := range items {
		if text, ok := item.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// callers is the stack of whoever called into this package.
func callers() []uintptr {
	counters := make([]uintptr, maxFrames)
	return counters[:runtime.Callers(2, counters)]
}

// trace makes a stack of program counters, the innermost first, into one of an event, innermost
// last. What Go and this package do at either end of it is left out.
func (r stackRules) trace(counters []uintptr) map[string]any {
	var found []runtime.Frame
	frames := runtime.CallersFrames(counters)
	for more := len(counters) > 0; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if len(found) > 0 || !isMachinery(frame) {
			found = append(found, frame)
		}
	}
	for len(found) > 0 && isMachinery(found[len(found)-1]) {
		found = found[:len(found)-1]
	}
	if len(found) == 0 {
		return nil
	}
	list := make([]map[string]any, 0, len(found))
	outer := map[string]bool{}
	for i := len(found) - 1; i >= 0; i-- {
		list = append(list, r.frame(found[i], outer))
		outer[found[i].Function] = true
	}
	return map[string]any{"frames": list}
}

func isMachinery(frame runtime.Frame) bool {
	module, _ := splitFunction(frame.Function)
	return machinery[module] || strings.HasPrefix(module, "tocsin/internal/")
}

// machinery are packages between the program and a capture.
var machinery = map[string]bool{"runtime": true, "tocsin": true, "tocsin/tocsinslog": true,
	"tocsin/tocsincompat": true, "tocsin/tocsinhttp": true, "log": true, "log/slog": true}

// splitFunction parts "a.b/c.(*T).F" into "a.b/c" and "(*T).F".
func splitFunction(name string) (module, function string) {
	slash := strings.LastIndexByte(name, '/') + 1
	dot := strings.IndexByte(name[slash:], '.')
	if dot < 0 {
		return "", name
	}
	return name[:slash+dot], name[slash+dot+1:]
}

func (r stackRules) frame(frame runtime.Frame, outer map[string]bool) map[string]any {
	module, function := splitFunction(frame.Function)
	function = plainName(module, function, outer)
	made := map[string]any{
		"function": function,
		"in_app":   r.isInApp(module, frame.File),
		"lineno":   frame.Line,
	}
	putText(made, "module", module)
	if frame.File != "" {
		made["abs_path"] = frame.File
		made["filename"] = filepath.Base(frame.File)
	}
	if r.lines > 0 {
		addSource(made, frame.File, frame.Line, r.lines)
	}
	return made
}

// goRoot is where the standard library was compiled, told by the file of one of its functions;
// empty if paths were trimmed.
var goRoot = func() string {
	counters := make([]uintptr, 1)
	frame, _ := runtime.CallersFrames(counters[:runtime.Callers(0, counters)]).Next()
	at := strings.LastIndex(frame.File, "runtime/")
	if at < 0 {
		return ""
	}
	return frame.File[:at]
}()

// mainModule is the path of the program's own module.
var mainModule = func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.Main.Path
}()

func isStandard(module, file string) bool {
	if goRoot != "" {
		return strings.HasPrefix(file, goRoot)
	}
	first := strings.SplitN(module, "/", 2)[0]
	isOwn := first == "main" || mainModule != "" && strings.HasPrefix(module, mainModule)
	return !isOwn && !strings.Contains(first, ".")
}

func (r stackRules) isInApp(module, file string) bool {
	if hasPrefixOf(r.include, module, file) {
		return true
	}
	if hasPrefixOf(r.exclude, module, file) {
		return false
	}
	if isStandard(module, file) {
		return false
	}
	return !strings.Contains(file, "/pkg/mod/") && !strings.Contains(file, "/vendor/") &&
		!strings.HasPrefix(module, "tocsin/") && module != "tocsin"
}

func hasPrefixOf(prefixes []string, module, file string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(module, prefix) || strings.HasPrefix(file, prefix) {
			return true
		}
	}
	return false
}
