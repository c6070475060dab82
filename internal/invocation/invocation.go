// Package invocation spells the commands that Towpath prints, so that they can be typed as they stand: `towpath retry 7`
// in a text becomes `bin/towpath --data /srv/demo retry 7` where the program was called so. Texts everywhere
// name the program plainly; whoever prints them fits them to the call.
package invocation

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Program is what texts call the command line.
const Program = "towpath"

// Commands are the first words behind the program's name. Only with one of them is the name taken for a
// command: "this towpath is older" is prose.
var Commands = []string{
	"accounts", "cancel", "catalog", "config", "console", "help", "incidents", "items", "levels", "limits", "links", "migrate", "order", "orders", "process",
	"publish", "retry", "return", "runs", "status", "stock", "sync", "worker", "workers", "--help", "--version",
}

// named is a command in a text. A path in front of the name is somebody's own spelling, which stays.
var named = regexp.MustCompile(`(^|[^\w./-])` + Program + ` ([a-z-]+)`)

// Fit writes every command in the text as call spells it (see Call). Anything else stays as it is.
func Fit(text, call string) string {
	if call == Program || call == "" || !strings.Contains(text, Program+" ") {
		return text
	}
	return named.ReplaceAllStringFunc(text, func(found string) string {
		before, command, _ := strings.Cut(found, Program+" ")
		if !slices.Contains(Commands, command) {
			return found
		}
		return before + call + " " + command
	})
}

// Call is how the program is to be called again: by the name it was called by (os.Args[0]), and with the data
// folder where that has to be said; an empty one has not. What `go run` compiled is gone when it ends, and is called by
// its plain name.
func Call(name, data string) string {
	if name == "" || strings.Contains(name, "go-build") {
		name = Program
	}
	call := ShellWord(name)
	if data != "" {
		call += " --data " + ShellWord(data)
	}
	return call
}

// Beside is the name by which a program calls the one that lies in the same folder as itself: bin/towpath for
// bin/towpath-dev. Where there is none, it is the one that `make build` makes.
func Beside(name, other string) string {
	if path := filepath.Join(filepath.Dir(name), other); strings.ContainsRune(name, filepath.Separator) {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return filepath.Join("bin", other)
}

// ShellWord is text as a shell takes it as one word: Shopify's order names begin with #.
func ShellWord(s string) string {
	plain := func(r rune) bool {
		return r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_./:@+,", r))
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
