package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/devserver"
	"github.com/towpath/towpath/internal/version"
)

// versionOptions are the flags of the version output.
type versionOptions struct {
	asked  bool
	output string
}

func (v *versionOptions) flags(root *cobra.Command) {
	root.Flags().BoolVar(&v.asked, "version", false, "print the version of this build")
	root.Flags().StringVarP(&v.output, "output", "o", "table", "how --version prints: table or json")
}

func (v *versionOptions) print(out io.Writer) error {
	build := version.Of("towpath-dev")
	switch v.output {
	case "table":
		fmt.Fprintln(out, build)
		return nil
	case "json":
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(build); err != nil {
			return fmt.Errorf("print the version: %w", err)
		}
		return nil
	}
	return devserver.UsageError{Err: fmt.Errorf("--output %q: want table or json", v.output)}
}
