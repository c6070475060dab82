package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/version"
)

// called is how this program is to be called again: with the folder of the towpath-dev it works with, where
// that one is not found by itself.
func (p *Program) called() string { return invocation.Call(p.Name, cmp.Or(p.data, p.found)) }

// tell writes text to the error output, with commands as they are to be typed here.
func (p *Program) tell(text string) {
	lines := strings.Split(invocation.Fit(text, p.called()), "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	fmt.Fprintln(p.Err, strings.Join(lines, "\n"))
}

// fitHelp makes help name the program as it was called.
func (p *Program) fitHelp(root *cobra.Command) {
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: invocation.Call(p.Name, "")}
	help := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		c.Long, c.Example = invocation.Fit(c.Long, p.called()), invocation.Fit(c.Example, p.called())
		help(c, args)
	})
}

// versionFlag gives the program itself, without a command, something to answer: its help, or with --version
// which build it is.
func (p *Program) versionFlag(root *cobra.Command) {
	asked := root.Flags().Bool("version", false, "say which build this is")
	root.RunE = func(c *cobra.Command, _ []string) error {
		if !*asked {
			return c.Help()
		}
		build := version.Of(invocation.Program)
		return p.print(build, func(pg *page) { pg.line("%s", build.String()) })
	}
}
