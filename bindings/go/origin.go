package tocsin

import (
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"tocsin/internal/core"
)

// Version is that of the library, or empty without cgo.
func Version() string {
	text, _ := textOf(func(buf []byte) int64 { return core.Version(buf) })
	return text
}

// InstanceID tells this copy of the library from another one in the process; below 0 without cgo.
func InstanceID() int64 {
	return core.Instance_id()
}

var (
	modulesOnce  sync.Once
	modulesFound map[string]string
)

// modules are what the program was built from.
func modules() map[string]string {
	modulesOnce.Do(func() { modulesFound = readModules() })
	return modulesFound
}

func readModules() map[string]string {
	versions := map[string]string{}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return versions
	}
	for _, module := range append(info.Deps, &info.Main) {
		if module = inUse(module); module.Path != "" {
			versions[module.Path] = module.Version
		}
	}
	return versions
}

// inUse is what stands in for a module, unless that is a folder: its name is nobody else's business.
func inUse(module *debug.Module) *debug.Module {
	other := module.Replace
	if other == nil || strings.HasPrefix(other.Path, ".") || filepath.IsAbs(other.Path) {
		return module
	}
	return other
}

// tellOrigin says which language captures from here come from, and by which integrations.
func (c *Client) tellOrigin() {
	sdk := map[string]any{"name": sdkName, "version": Version()}
	active := c.Integrations()
	if len(active) > 0 {
		sdk["integrations"] = active
	}
	origin := map[string]any{
		"platform": "go",
		"sdk":      sdk,
		"runtime":  map[string]any{"name": "go", "version": runtime.Version()},
	}
	for _, name := range active {
		if name == "modules" {
			origin["modules"] = modules()
		}
	}
	text, _ := encode(origin)
	core.Scope_set_origin(c.origin.get(), text)
}
