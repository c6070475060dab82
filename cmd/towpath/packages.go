package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/shipment"
)

// Bounds of a package file.
const (
	maxPackageBytes = 1 << 20
	maxPackages     = 100
	maxMistakes     = 100 // more say nothing new
)

// readPackages reads a package file, or standard input for "-": one package or a list. Its error lists
// every mistake with its line.
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
	text, err := io.ReadAll(io.LimitReader(from, maxPackageBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read package file %s: %w", path, err)
	}
	packages, err := parsePackages(text)
	if err != nil {
		return nil, usagef("package file %s:\n  %s", path, strings.ReplaceAll(err.Error(), "\n", "\n  "))
	}
	return packages, nil
}

func parsePackages(text []byte) ([]shipment.Package, error) {
	if len(text) > maxPackageBytes {
		return nil, fmt.Errorf("it is larger than %d bytes", maxPackageBytes)
	}
	root, err := parseTree(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	if err != nil {
		return nil, err
	}
	items := []node{root}
	if root.kind == array {
		items = root.items
	}
	if len(items) == 0 || len(items) > maxPackages {
		return nil, fmt.Errorf("there are %d packages in it: want 1 to %d", len(items), maxPackages)
	}
	var r packageReader
	packages := make([]shipment.Package, len(items))
	seen := make(map[string]int)
	for i, n := range items {
		before := len(r.errs)
		packages[i] = r.pack(n)
		if len(r.errs) == before {
			r.check(n, packages[i])
		}
		if line, again := seen[packages[i].ID]; again {
			r.wrong(n.line, "package %q stands in line %d already", packages[i].ID, line)
		}
		if packages[i].ID != "" {
			seen[packages[i].ID] = n.line
		}
	}
	return packages, errors.Join(r.errs...)
}

type packageReader struct{ errs []error }

func (r *packageReader) wrong(line int, format string, args ...any) {
	if len(r.errs) >= maxMistakes {
		return
	}
	r.errs = append(r.errs, fmt.Errorf("line %d: %s", line, fmt.Sprintf(format, args...)))
}

// check adds what the package itself says is missing.
func (r *packageReader) check(n node, p shipment.Package) {
	if err := p.Check(); err != nil {
		for text := range strings.SplitSeq(err.Error(), "\n") {
			r.wrong(n.line, "%s", text)
		}
	}
}

func (r *packageReader) pack(n node) (p shipment.Package) {
	r.read(n, "a package", map[string]func(node){
		"id":             func(v node) { p.ID = r.text(v, "id") },
		"label":          func(v node) { p.Label = r.text(v, "label") },
		"carrier":        func(v node) { p.Carrier = r.text(v, "carrier") },
		"carrierName":    func(v node) { p.CarrierName = r.text(v, "carrierName") },
		"service":        func(v node) { p.Service = r.text(v, "service") },
		"trackingNumber": func(v node) { p.TrackingNumber = r.text(v, "trackingNumber") },
		"shippedAt":      func(v node) { p.ShippedAt = r.time(v, "shippedAt") },
		"contents": func(v node) {
			if v.kind != array {
				r.wrong(v.line, `contents: want a list like [{"lineId": "1", "quantity": 2}]`)
			}
			for _, one := range v.items {
				p.Contents = append(p.Contents, r.content(one))
			}
		},
	})
	return p
}

func (r *packageReader) content(n node) (c shipment.Content) {
	r.read(n, "contents", map[string]func(node){
		"lineId":   func(v node) { c.LineID = r.text(v, "lineId") },
		"quantity": func(v node) { c.Quantity = r.count(v, "quantity") },
	})
	if n.kind == object && c.LineID == "" {
		r.wrong(n.line, "contents: lineId is missing: `towpath order REF` shows the lines")
	}
	return c
}

// read hands each field to its reader and reports unknown and repeated ones.
func (r *packageReader) read(n node, of string, known map[string]func(node)) {
	if n.kind != object {
		r.wrong(n.line, "%s: want an object { }, this is %s", of, n.kind)
		return
	}
	seen := make(map[string]bool)
	for _, f := range n.fields {
		set, ok := known[f.name]
		switch {
		case !ok:
			r.wrong(f.line, "%s has no field %.40q: there are %s", of, f.name, strings.Join(names(known), ", "))
		case seen[f.name]:
			r.wrong(f.line, "%s: %s stands there twice", of, f.name)
		default:
			set(f.node)
		}
		seen[f.name] = true
	}
}

func (r *packageReader) text(n node, name string) string {
	s, ok := n.value.(string)
	if !ok {
		r.wrong(n.line, "%s: want a text in quotes", name)
	}
	return strings.TrimSpace(s)
}

func (r *packageReader) count(n node, name string) int {
	s, _ := n.value.(json.Number)
	i, err := s.Int64()
	if err != nil || i < 1 || i > 1<<31-1 {
		r.wrong(n.line, "%s: want a whole number, 1 or more", name)
		return 0
	}
	return int(i)
}

func (r *packageReader) time(n node, name string) time.Time {
	s, _ := n.value.(string)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		r.wrong(n.line, "%s: want a time like 2026-11-21T14:05:00Z", name)
	}
	return t
}

func names(m map[string]func(node)) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
