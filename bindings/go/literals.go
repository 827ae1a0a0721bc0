package tocsin

import (
	"regexp"
	"strings"
)

// Function literals have no names; the compiler makes some up, other ones from release to release.
// Up to Go 1.20 the second literal of a is "a.func2"; later ones that were inlined into b are
// "b.a.func5", in any number of layers. Servers group by these names, so all become "a.func".

var (
	generics    = regexp.MustCompile(`\[\.\.\.\]`)
	literalPart = regexp.MustCompile(`^(func|gowrap|deferwrap)?\d+$`)
	rangePart   = regexp.MustCompile(`-range\d+$`)
)

const genericMark = "[]" // has no dot

// plainName names the function of a frame within its package. outer are the whole names of the
// other functions on the stack.
func plainName(module, function string, outer map[string]bool) string {
	if !strings.ContainsAny(function, "0123456789") {
		return function
	}
	if at := strings.LastIndex(function, "."+module+"."); at >= 0 {
		function = function[at+len(module)+2:] // a literal in a literal repeats the package
	}
	parts := partsOf(function)
	end, isLiteral := len(parts), false
	for end > 1 && literalPart.MatchString(parts[end-1]) {
		end--
		isLiteral = true
	}
	if !isLiteral || end == 1 && parts[0] == "init" && len(parts) == 2 && parts[1][0] != 'f' {
		return strings.ReplaceAll(strings.Join(parts, "."), genericMark, "[...]") // init.0 is no literal
	}
	name := receiverOf(module, parts[:end], outer) + parts[end-1] + ".func"
	return strings.ReplaceAll(name, genericMark, "[...]")
}

func partsOf(function string) []string {
	function = generics.ReplaceAllString(function, genericMark)
	function = strings.Replace(function, "glob..", "init.", 1)
	parts := strings.Split(function, ".")
	for i, part := range parts {
		parts[i] = rangePart.ReplaceAllString(part, "")
	}
	return parts
}

// receiverOf is the type of a method with a dot, or empty where what stands before the name is a
// function that it was inlined into: that one is on the stack as well.
func receiverOf(module string, parts []string, outer map[string]bool) string {
	if len(parts) < 2 {
		return ""
	}
	before := parts[len(parts)-2]
	isParent := literalPart.MatchString(before) ||
		outer[module+"."+strings.Join(parts[:len(parts)-1], ".")]
	if !strings.HasPrefix(before, "(") && isParent {
		return ""
	}
	return before + "."
}
