package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/version"
)

// called returns the command to call this program again, with the data folder of its towpath-dev if that is not found
// automatically.
func (p *Program) called() string { return invocation.Call(p.Name, cmp.Or(p.data, p.found)) }

// printError writes text to the error output; commands in it get the name that the program was called by.
func (p *Program) printError(text string) {
	lines := strings.Split(invocation.Fit(text, p.called()), "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	fmt.Fprintln(p.Err, strings.Join(lines, "\n"))
}

// fitHelp makes help show the name that the program was called by.
func (p *Program) fitHelp(root *cobra.Command) {
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: invocation.Call(p.Name, "")}
	help := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		c.Long, c.Example = invocation.Fit(c.Long, p.called()), invocation.Fit(c.Example, p.called())
		help(c, args)
	})
}

// versionFlag makes the program without a command print its help, or with --version its build.
func (p *Program) versionFlag(root *cobra.Command) {
	asked := root.Flags().Bool("version", false, "print the version of this build")
	root.RunE = func(c *cobra.Command, _ []string) error {
		if !*asked {
			return c.Help()
		}
		build := version.Of(invocation.Program)
		return p.print(build, func(pg *page) { pg.line("%s", build.String()) })
	}
}
