package tocsin

import (
	"os"
	"strings"
	"sync"
)

// Source files are mostly not where a program runs; where they are, they are read once. Beyond the
// limits a frame goes without its lines.
const (
	maxSourceFiles = 200
	maxSourceBytes = 1 << 20
)

var sources = struct {
	sync.Mutex
	lines map[string][]string
}{lines: map[string][]string{}}

func sourceOf(file string) []string {
	sources.Lock()
	defer sources.Unlock()
	if lines, known := sources.lines[file]; known {
		return lines
	}
	if len(sources.lines) == maxSourceFiles {
		return nil
	}
	var lines []string
	if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() &&
		info.Size() <= maxSourceBytes {
		if text, err := os.ReadFile(file); err == nil {
			lines = strings.Split(string(text), "\n")
		}
	}
	sources.lines[file] = lines
	return lines
}

// addSource gives a frame its line and some before and after.
func addSource(frame map[string]any, file string, number, around int) {
	lines := sourceOf(file)
	at := number - 1
	if at < 0 || at >= len(lines) {
		return
	}
	first, end := at-around, at+around+1
	if first < 0 {
		first = 0
	}
	if end > len(lines) {
		end = len(lines)
	}
	frame["pre_context"] = lines[first:at]
	frame["context_line"] = lines[at]
	frame["post_context"] = lines[at+1 : end]
}
