package tocsin

import (
	"os"
	"regexp"
	"strings"
)

const filtered = "[Filtered]"

var userInfo = regexp.MustCompile(`(://)[^/@\s]*@`)

// scrubbedArguments are the program's own without what looks like a secret: the value of an option
// or variable whose name holds a word of the denylist, and user and password in a URL.
func scrubbedArguments(denied []string) []string {
	return scrubArguments(os.Args, denied)
}

func scrubArguments(arguments, denied []string) []string {
	made := make([]string, 0, len(arguments))
	isSecret := false // because of the option before
	for i, argument := range arguments {
		isOption := strings.HasPrefix(argument, "-")
		switch at := strings.IndexAny(argument, "=:"); {
		case i == 0:
			made = append(made, argument)
			continue
		case isSecret && !isOption:
			made = append(made, filtered)
		case at > 0 && isDenied(argument[:at], denied):
			made = append(made, argument[:at+1]+filtered)
		default:
			made = append(made, scrubInside(argument, denied))
		}
		isSecret = isOption && !strings.Contains(argument, "=") && isDenied(argument, denied)
	}
	return made
}

// scrubInside filters the credentials and the query of what may be a URL.
func scrubInside(argument string, denied []string) string {
	argument = userInfo.ReplaceAllString(argument, "${1}"+filtered+"@")
	question := strings.IndexByte(argument, '?')
	if question < 0 {
		return argument
	}
	pairs := strings.Split(argument[question+1:], "&")
	for i, pair := range pairs {
		if equals := strings.IndexByte(pair, '='); equals > 0 && isDenied(pair[:equals], denied) {
			pairs[i] = pair[:equals+1] + filtered
		}
	}
	return argument[:question+1] + strings.Join(pairs, "&")
}

// isDenied wants the list in lower case.
func isDenied(name string, denied []string) bool {
	name = strings.ToLower(name)
	for _, word := range denied {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

func lowered(words []string) []string {
	for i, word := range words {
		words[i] = strings.ToLower(word)
	}
	return words
}
