package tocsin

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestArgumentsLoseTheirSecrets(t *testing.T) {
	denied := []string{"password", "token", "key", "auth"}
	cases := map[string]string{
		"prog -v --size 3":                  "prog -v --size 3",
		"prog --password hunter2 x":         "prog --password [Filtered] x",
		"prog --password=hunter2":           "prog --password=[Filtered]",
		"prog -api-Key hunter2":             "prog -api-Key [Filtered]",
		"prog API_TOKEN=hunter2":            "prog API_TOKEN=[Filtered]",
		"prog --token --verbose":            "prog --token --verbose",
		"prog Authorization:hunter2":        "prog Authorization:[Filtered]",
		"prog http://me:hunter2@h/p":        "prog http://[Filtered]@h/p",
		"prog --url=http://h/?a=1&token=hu": "prog --url=http://h/?a=1&token=[Filtered]",
		"my-key-tool x":                     "my-key-tool x",
	}
	for given, wanted := range cases {
		if got := strings.Join(scrubArguments(strings.Fields(given), denied), " "); got != wanted {
			t.Errorf("%s: got %s", given, got)
		}
	}
	if len(scrubArguments(nil, denied)) != 0 {
		t.Error("arguments from nowhere")
	}
}

func TestLiteralsHaveTheSameNameInAllReleases(t *testing.T) {
	cases := []struct{ outer, old, recent, wanted string }{
		{"p.main", "inlined.func1", "main.inlined.func4", "inlined.func"},
		{"p.main", "inlined2.func1.1", "main.p.main.inlined2.func5.func6", "inlined2.func"},
		{"p.main", "(*T).Small.func1", "main.(*T).Small.func7", "(*T).Small.func"},
		{"p.main", "T.Method.func1", "T.Method.func1", "T.Method.func"},
		{"p.main", "big.func1.1", "big.big.func1.func4", "big.func"},
		{"p.big.func3", "inlined.func1", "big.big.func3.inlined.func5", "inlined.func"},
		{"", "inlined.func1", "main.func1.inlined.1", "inlined.func"},
		{"", "glob..func1.1", "init.func1.1", "init.func"},
		{"p.main", "generic[...].func1", "main.generic[...].func8", "generic[...].func"},
		{"", "main.func1", "main.gowrap1", "main.func"},
		{"", "each", "each-range1", "each"},
		{"", "init.0", "init.0", "init.0"},
		{"", "init.0.func1", "init.0.func1", "init.func"},
		{"", "Plain2", "Plain2", "Plain2"},
		{"", "(*T).Method", "(*T).Method", "(*T).Method"},
	}
	for _, one := range cases {
		outer := map[string]bool{one.outer: true, "p.big": true}
		for _, name := range []string{one.old, one.recent} {
			if got := plainName("p", name, outer); got != one.wanted {
				t.Errorf("%s: got %s, wanted %s", name, got, one.wanted)
			}
		}
	}
}

func TestAModuleInAFolderKeepsItsName(t *testing.T) {
	for replacement, wanted := range map[string]string{"../here": "m", "/srv/here": "m", "fork": "fork"} {
		module := &debug.Module{Path: "m", Version: "v1.0.0", Replace: &debug.Module{Path: replacement}}
		if got := inUse(module).Path; got != wanted {
			t.Errorf("%s: got %s", replacement, got)
		}
	}
}
