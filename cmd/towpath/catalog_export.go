package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) catalogExportCommand() *cobra.Command {
	var path string
	c := &cobra.Command{
		Use:   "export",
		Short: "Write the whole catalogue to a file that import reads",
		Long: "Writes the whole catalogue in Towpath's own form, as CSV with one row per SKU, or with -o json as JSON.\n" +
			"Importing it again changes nothing; edit the file and import it to change products.",
		Example: "  towpath catalog export --out catalogue.csv\n  towpath catalog export -o json --out catalogue.json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				export := pf.Starter.ExportCatalogue
				if p.output == "json" {
					export = pf.Starter.ExportCatalogueJSON
				}
				if path == "" {
					return export(cmd.Context(), p.Out)
				}
				if err := writeWhole(cmd.Context(), path, export); err != nil {
					return err
				}
				counts, err := pf.Store.Products.CatalogueCounts(cmd.Context())
				if err != nil {
					return err
				}
				fmt.Fprintf(p.Err, "%s: %s of %s\n", path, wording.Plural(counts.Variants, "SKU"), wording.Plural(counts.Products, "product"))
				return nil
			})
		},
	}
	c.Flags().StringVar(&path, "out", "", "file to write; without it the catalogue is printed")
	return c
}

// writeWhole writes a file under a temporary name and renames it when it is complete.
func writeWhole(ctx context.Context, path string, write func(context.Context, io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".towpath-*")
	if err != nil {
		return usagef("--out %s: %s", path, err)
	}
	err = write(ctx, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = errors.Join(os.Chmod(f.Name(), 0o644), os.Rename(f.Name(), path))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
