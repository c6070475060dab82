package merchantfile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/towpath/towpath/internal/document"
	"github.com/towpath/towpath/internal/sheet"
)

// ownJSON is Towpath's catalogue form as JSON. It can express what the CSV form can't: a SKU that contains " + ", a
// text that contains the separator of values.
var ownJSON = definition{Format: Format{
	ID: "towpath-catalogue-json", Title: "Towpath's catalogue form as JSON", Holds: []Kind{Catalogue}, Use: "give it to: towpath catalog import",
}}

// jsonCatalogue is a file of the form. It is read one product at a time.
type jsonCatalogue struct {
	in   io.ReaderAt
	size int64
}

// isJSON reports whether the first byte that is not white space begins JSON.
func isJSON(in io.ReaderAt, size int64) bool {
	head := make([]byte, min(size, 64))
	n, _ := in.ReadAt(head, 0)
	for _, b := range head[:n] {
		switch b {
		case ' ', '\t', '\r', '\n', 0xEF, 0xBB, 0xBF:
		default:
			return b == '{' || b == '['
		}
	}
	return false
}

func (f *File) openJSON(ctx context.Context, in io.ReaderAt, size int64) error {
	if err := sheet.CheckSize(size, f.options.Limits); err != nil {
		return fmt.Errorf("read %s: %w", f.name, err)
	}
	f.format, f.json = &ownJSON, &jsonCatalogue{in: in, size: size}
	err := f.json.read(ctx, f.page(), func(*page, product) error {
		f.facts.rows++
		return nil
	})
	if err != nil {
		return fmt.Errorf("read %s as %s: %w", f.name, ownJSON.Title, err)
	}
	return nil
}

// maxValue limits one product or kit, in bytes.
const maxValue = 8 << 20

// formJSON is what the form must be.
const formJSON = `{"products": [...], "kits": [...]}`

// read hands over the products and kits of {"products": [...], "kits": [...]}.
func (f *jsonCatalogue) read(ctx context.Context, p *page, hand func(*page, product) error) error {
	j := jsonReader{document.NewStream(f.in, f.size, maxValue, "one product or kit")}
	if err := j.expect(json.Delim('{')); err != nil {
		return err
	}
	kinds := map[any]func(*page, func(*page, product) error) error{"products": j.product, "kits": j.kit}
	for j.More() {
		name, err := j.Token()
		if err != nil {
			return j.fault(err)
		}
		take := kinds[name]
		if take == nil {
			return fmt.Errorf("line %d: it has %q; want %s", j.Line(), fmt.Sprint(name), formJSON)
		}
		delete(kinds, name)
		if name == "kits" {
			delete(kinds, "products") // a kit may be described among the products, so that those come first
		}
		if err := j.list(ctx, func() error { return take(p, hand) }); err != nil {
			return err
		}
	}
	return j.expect(json.Delim('}'))
}

// jsonReader reads the form.
type jsonReader struct{ *document.Stream }

func (j jsonReader) list(ctx context.Context, take func() error) error {
	if err := j.expect(json.Delim('[')); err != nil {
		return err
	}
	for j.More() {
		if err := errors.Join(ctx.Err(), take()); err != nil {
			return err
		}
	}
	return j.expect(json.Delim(']'))
}

func (j jsonReader) expect(bracket json.Delim) error {
	token, err := j.Token()
	if err != nil {
		return j.fault(err)
	}
	if token != bracket {
		return fmt.Errorf("line %d: it has %q in place of %q; want %s", j.Line(), fmt.Sprint(token), bracket.String(), formJSON)
	}
	return nil
}

// fault returns the error that ends the reading, with what would be right.
func (j jsonReader) fault(err error) error {
	return fmt.Errorf("%w; want JSON such as %s", err, formJSON)
}
