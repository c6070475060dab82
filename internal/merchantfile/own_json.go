package merchantfile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/towpath/towpath/internal/sheet"
)

// ownJSON is Towpath's catalogue form as JSON. It says what the CSV form can't: a SKU with " + " in it, a text with
// the mark between two values.
var ownJSON = definition{Format: Format{
	ID: "towpath-catalogue-json", Title: "Towpath's catalogue form as JSON", Holds: []Kind{Catalogue}, Use: "give it to: towpath catalog import",
}}

// jsonCatalogue is the form's file. It is read without holding more than one product.
type jsonCatalogue struct {
	in   io.ReaderAt
	size int64

	at   int64 // up to where lines were counted
	line int   // that at is in
}

// isJSON tells JSON by its first byte that is no white space.
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

// maxValue bounds one product, in bytes.
const maxValue = 8 << 20

// guard is a reader that ends when too much was read since it was last allowed more.
type guard struct {
	in   io.Reader
	left int
}

var errValue = errors.New("one product or kit takes more than 8 MiB")

func (g *guard) Read(b []byte) (int, error) {
	if g.left <= 0 {
		return 0, errValue
	}
	n, err := g.in.Read(b[:min(len(b), g.left)])
	g.left -= n
	return n, err
}

// formJSON is what the form must be.
const formJSON = `{"products": [...], "kits": [...]}`

// read hands over what {"products": [...], "kits": [...]} holds.
func (j *jsonCatalogue) read(ctx context.Context, p *page, hand func(*page, product) error) error {
	j.at, j.line = 0, 1
	bounded := &guard{in: afterMark(j.in, j.size), left: maxValue}
	in := json.NewDecoder(bounded)
	in.DisallowUnknownFields()
	if err := j.expect(in, json.Delim('{')); err != nil {
		return err
	}
	kinds := map[any]func(*json.Decoder, *page, func(*page, product) error) error{"products": j.product, "kits": j.kit}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return j.fault(in, err)
		}
		take := kinds[name]
		if take == nil {
			return fmt.Errorf("line %d: it has %q; want %s", j.lineOf(in.InputOffset()), fmt.Sprint(name), formJSON)
		}
		delete(kinds, name)
		if name == "kits" {
			delete(kinds, "products") // a kit may be described among the products, so that those come first
		}
		if err := j.expect(in, json.Delim('[')); err != nil {
			return err
		}
		for in.More() {
			bounded.left = maxValue
			if err := errors.Join(ctx.Err(), take(in, p, hand)); err != nil {
				return err
			}
		}
		if err := j.expect(in, json.Delim(']')); err != nil {
			return err
		}
	}
	return j.expect(in, json.Delim('}'))
}

// afterMark is the file behind its byte order mark.
func afterMark(in io.ReaderAt, size int64) io.Reader {
	head := make([]byte, 3)
	if n, _ := in.ReadAt(head, 0); n == 3 && string(head) == "\xEF\xBB\xBF" {
		return io.NewSectionReader(in, 3, size-3)
	}
	return io.NewSectionReader(in, 0, size)
}

func (j *jsonCatalogue) expect(in *json.Decoder, bracket json.Delim) error {
	token, err := in.Token()
	if err != nil {
		return j.fault(in, err)
	}
	if token != bracket {
		return fmt.Errorf("line %d: it has %q in place of %q; want %s", j.lineOf(in.InputOffset()), fmt.Sprint(token), bracket.String(), formJSON)
	}
	return nil
}

// fault is an error that ends the reading, with the line where the value that has it begins.
func (j *jsonCatalogue) fault(in *json.Decoder, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends in the middle")
	}
	return fmt.Errorf("line %d: %w; want JSON such as %s", j.begins(in.InputOffset()), err, formJSON)
}

// begins is the line of the value that comes after a place.
func (j *jsonCatalogue) begins(at int64) int {
	b := make([]byte, 1)
	for ; at < j.size; at++ {
		if n, _ := j.in.ReadAt(b, at); n == 0 || b[0] != ' ' && b[0] != '\t' && b[0] != '\r' && b[0] != '\n' && b[0] != ',' {
			break
		}
	}
	return j.lineOf(at)
}

// lineOf is the line of a place in the file. It counts on from where it counted last.
func (j *jsonCatalogue) lineOf(at int64) int {
	if at < j.at {
		j.at, j.line = 0, 1
	}
	buf := make([]byte, 4096)
	for j.at < at {
		n, _ := j.in.ReadAt(buf[:min(int64(len(buf)), at-j.at)], j.at)
		if n == 0 {
			break
		}
		for _, b := range buf[:n] {
			if b == '\n' {
				j.line++
			}
		}
		j.at += int64(n)
	}
	return j.line
}
