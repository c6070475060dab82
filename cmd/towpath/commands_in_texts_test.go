package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/invocation"
)

// In texts a command is between back quotes or in <code>; in Go it may be a string of its own.
var (
	inGo         = regexp.MustCompile(`"towpath ([a-z][^"\n]*)"`)
	commandTexts = []*regexp.Regexp{inGo, regexp.MustCompile("`towpath ([^`\n]+)`"), regexp.MustCompile(`<code>towpath ([^<\n]+)</code>`)}
)

// Every command that Towpath prints, or that its documents name, exists and has the flags that are given.
func TestEveryPrintedCommandExistsWithItsFlags(t *testing.T) {
	t.Parallel()
	found := 0
	for _, file := range textFiles(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, pattern := range commandTexts {
			for _, m := range pattern.FindAllStringSubmatch(string(text), -1) {
				if first, _, _ := strings.Cut(m[1], " "); pattern == inGo && !slices.Contains(invocation.Commands, first) {
					continue // not a command: a text that begins with the program's name
				}
				found++
				require.Empty(t, wrongCommand(m[1]), "%s: towpath %s", file, m[1])
			}
		}
	}
	require.Greater(t, found, 200, "the texts are where this test looks for them")
}

func TestEveryExampleIsRealToo(t *testing.T) {
	t.Parallel()
	found := 0
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for line := range strings.Lines(c.Example) {
			for _, call := range strings.Split(line, "|") {
				if args, ok := strings.CutPrefix(strings.TrimSpace(call), "towpath "); ok {
					found++
					require.Empty(t, wrongCommand(args), "%s: %s", c.CommandPath(), line)
				}
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk((&Program{}).root())
	require.Greater(t, found, 80)
}

// The help of a command shows how it is called.
func TestEveryCommandHasAnExample(t *testing.T) {
	t.Parallel()
	found := 0
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Runnable() && c.HasParent() {
			found++
			if c.Example == "" {
				t.Errorf("%s has no example in its help", c.CommandPath())
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk((&Program{}).root())
	require.Greater(t, found, 40)
}

func TestACommandThatIsWrongIsNoticed(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{"publishh --account A", "publish --acount A", "runs nowhere", "accounts live A --really"} {
		require.NotEmpty(t, wrongCommand(wrong), wrong)
	}
	for _, right := range []string{"publish --account %s --changed", "status", "retry %s", "help", "--version", "catalog import FILE --dry-run", "publish ..."} {
		require.Empty(t, wrongCommand(right), right)
	}
}

// textFiles returns the sources and documents whose commands a person may type.
func textFiles(t *testing.T) (files []string) {
	t.Helper()
	for _, root := range []string{"../../cmd/towpath", "../../internal", "../../starter", "../../activities", "../../workflows", "../../docs"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			ends := filepath.Ext(path)
			if strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") || strings.Contains(path, "decisions") {
				return nil
			}
			if ends == ".go" || ends == ".md" || ends == ".html" || ends == ".yaml" {
				files = append(files, path)
			}
			return nil
		}))
	}
	return append(files, "../../README.md")
}

// wrongCommand returns what is wrong with a command line, or an empty string. Placeholders (%s, A, FILE, ...) count
// as arguments.
func wrongCommand(line string) string {
	words := strings.Fields(strings.NewReplacer("{{", " ", "}}", " ", `" + `, "", "[", "", "]", "").Replace(line))
	if len(words) == 0 || words[0] == "..." || words[0] == "help" || strings.HasPrefix(words[0], "--") {
		return ""
	}
	c := (&Program{}).root()
	rest := words
	for len(rest) > 0 {
		sub := subcommand(c, rest[0])
		if sub == nil {
			break
		}
		c, rest = sub, rest[1:]
	}
	if !c.HasParent() {
		return "no such command"
	}
	if len(rest) > 0 && plainWord.MatchString(rest[0]) && c.Args != nil && c.Args(c, rest[:1]) != nil {
		return "no such subcommand"
	}
	return wrongFlags(c, rest)
}

var plainWord = regexp.MustCompile(`^[a-z]+$`)

func subcommand(c *cobra.Command, name string) *cobra.Command {
	for _, sub := range c.Commands() {
		if sub.Name() == name {
			return sub
		}
	}
	return nil
}

func wrongFlags(c *cobra.Command, words []string) string {
	for _, w := range words {
		name, isFlag := strings.CutPrefix(w, "--")
		if !isFlag || name == "" {
			continue
		}
		name, _, _ = strings.Cut(strings.TrimRight(name, ",.;:)"), "=")
		if name != "help" && flagOf(c, name) == nil {
			return "no flag --" + name
		}
	}
	return ""
}

func flagOf(c *cobra.Command, name string) *pflag.Flag {
	if f := c.Flags().Lookup(name); f != nil {
		return f
	}
	return c.InheritedFlags().Lookup(name)
}
