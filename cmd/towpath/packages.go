package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/document"
	"github.com/towpath/towpath/internal/shipment"
)

// Limits of a package file.
const (
	maxPackageBytes = 1 << 20
	maxPackages     = 100
)

// readPackages reads one package or a list from a file, or from standard input for "-". The error lists every mistake with its
// line.
func readPackages(path string, stdin io.Reader) ([]shipment.Package, error) {
	from := stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, usagef("package file: %s", err)
		}
		defer f.Close()
		from = f
	}
	packages, err := parsePackages(from)
	var mistakes document.Mistakes
	switch {
	case errors.As(err, &mistakes):
		return nil, usagef("package file %s:\n%s", path, mistakes.Indented("  "))
	case err != nil:
		return nil, fmt.Errorf("read package file %s: %w", path, err)
	}
	return packages, nil
}

var packageForm = document.Form{Bytes: maxPackageBytes, One: "put several packages in a list [ ]"}

func parsePackages(in io.Reader) ([]shipment.Package, error) {
	root, err := document.JSON(in, packageForm)
	if err != nil {
		return nil, err
	}
	items := []*document.Node{root}
	if root.Kind == document.List {
		items = root.Items
	}
	var r packageReader
	if len(items) == 0 || len(items) > maxPackages {
		r.Wrong(nil, "there are %d packages in it: want 1 to %d", len(items), maxPackages)
		return nil, r.Err()
	}
	packages := make([]shipment.Package, len(items))
	seen := make(map[string]int)
	for i, n := range items {
		before := r.Count()
		packages[i] = r.pack(n)
		if r.Count() == before {
			r.check(n, packages[i])
		}
		if line, again := seen[packages[i].ID]; again {
			r.Wrong(n, "package %q is already in line %d", packages[i].ID, line)
		}
		if packages[i].ID != "" {
			seen[packages[i].ID] = n.Line
		}
	}
	return packages, r.Err()
}

type packageReader struct{ document.Reader }

// check adds the package's own mistakes.
func (r *packageReader) check(n *document.Node, p shipment.Package) {
	if err := p.Sendable(); err != nil {
		for text := range strings.SplitSeq(err.Error(), "\n") {
			r.Wrong(n, "%s", text)
		}
	}
}

func (r *packageReader) pack(n *document.Node) (p shipment.Package) {
	r.Object(n, "a package", map[string]func(document.Field){
		"id":             func(f document.Field) { p.ID = r.Text(f) },
		"label":          func(f document.Field) { p.Label = r.Text(f) },
		"carrier":        func(f document.Field) { p.Carrier = r.Text(f) },
		"carrierName":    func(f document.Field) { p.CarrierName = r.Text(f) },
		"service":        func(f document.Field) { p.Service = r.Text(f) },
		"trackingNumber": func(f document.Field) { p.TrackingNumber = r.Text(f) },
		"shippedAt":      func(f document.Field) { p.ShippedAt = r.time(f) },
		"contents": func(f document.Field) {
			for _, one := range r.Items(f, 0, 0, `like [{"lineId": "1", "quantity": 2}]`) {
				p.Contents = append(p.Contents, r.content(one))
			}
		},
	})
	return p
}

func (r *packageReader) content(n *document.Node) (c shipment.Content) {
	r.Object(n, "contents", map[string]func(document.Field){
		"lineId":   func(f document.Field) { c.LineID = r.Text(f) },
		"quantity": func(f document.Field) { c.Quantity = r.Whole(f, 1) },
	})
	if n.Kind == document.Object && c.LineID == "" {
		r.Wrong(n, "contents: lineId is missing: `towpath order REF` shows the lines")
	}
	return c
}

func (r *packageReader) time(f document.Field) time.Time {
	t, err := time.Parse(time.RFC3339, f.Value.Text)
	if err != nil {
		r.Wrong(f.Value, "%s: want a time like 2026-11-21T14:05:00Z", f.Name)
	}
	return t
}
