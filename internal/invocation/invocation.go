// Package invocation spells the commands that Towpath prints so that they can be typed as they are: `towpath retry 7`
// in a text becomes `bin/towpath --data /srv/demo retry 7` if the program was called like that. All texts use the
// plain name of the program; the code that prints them calls Fit.
package invocation

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Program is the name of the command line in texts.
const Program = "towpath"

// Commands are the first words after the program's name. The name is only taken for a command if one of them follows:
// "this towpath is older" is not a command.
var Commands = []string{
	"accounts", "backfill", "buyers", "cancel", "catalog", "config", "console", "errors", "help", "incidents", "items", "levels", "limits", "links", "log", "migrate", "order", "orders", "packages", "process",
	"coverage", "delete", "explain", "find", "note", "restore", "support", "remedies",
	"publish", "retry", "return", "returns", "run", "runs", "status", "views", "stock", "sync", "worker", "workers", "--help", "--version",
}

// named matches a command in a text. A name with a path in front of it is left as it is.
var named = regexp.MustCompile(`(^|[^\w./-])` + Program + ` ([a-z-]+)`)

// Fit returns the text with every command spelled as call spells it (see Call). Everything else stays as it is.
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

// Call returns the text with which the program is called again: the name it was called by (os.Args[0]), and the data
// folder unless data is empty. A program that `go run` compiled is gone when it ends, so its plain name is used.
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

// Beside returns the name by which a program calls another one in its own folder: bin/towpath for bin/towpath-dev. If
// there is none, it returns the one that `make build` makes.
func Beside(name, other string) string {
	if path := filepath.Join(filepath.Dir(name), other); strings.ContainsRune(name, filepath.Separator) {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return filepath.Join("bin", other)
}

// ShellWord returns text quoted so that a shell takes it as one word: Shopify's order names begin with #.
func ShellWord(s string) string {
	plain := func(r rune) bool {
		return r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_./:@+,", r))
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
