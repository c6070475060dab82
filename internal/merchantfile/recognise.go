package merchantfile

import (
	"errors"
	"io"

	"github.com/towpath/towpath/internal/sheet"
)

// recognise finds the header row, and with it format, encoding and delimiter.
func (f *File) recognise() error {
	var seen []*header
	for _, encoding := range f.text.Encodings() {
		for _, delimiter := range []byte{'\t', ',', ';'} {
			rows, err := f.firstRows(sheet.Layout{Encoding: encoding, Delimiter: delimiter, Quoted: delimiter != '\t'})
			if err != nil {
				continue // it may be readable in another way; if in none, the header is not recognised
			}
			for _, h := range rows {
				if d := fitting(h, delimiter == '\t'); d != nil {
					f.format, f.header = d, h
					f.layout = sheet.Layout{Encoding: encoding, Delimiter: delimiter, Quoted: !d.bare || delimiter != '\t'}
					return nil
				}
			}
			seen = append(seen, rows...)
		}
	}
	return f.notRecognised(seen)
}

func fitting(h *header, tabs bool) *definition {
	for i := range formats {
		if formats[i].fits(h, tabs) {
			return &formats[i]
		}
	}
	return nil
}

func (f *File) firstRows(layout sheet.Layout) ([]*header, error) {
	var rows []*header
	for r := f.text.Read(layout); len(rows) < headerRows; {
		next, err := r.Next()
		var wrong *sheet.RowError
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case errors.As(err, &wrong):
			continue
		case err != nil:
			return rows, err
		}
		rows = append(rows, newHeader(next.Line, next.Cells))
	}
	return rows, nil
}

// notRecognised returns an error that shows the reading with the most cells in the first row.
func (f *File) notRecognised(seen []*header) error {
	e := &NotRecognisedError{Name: f.name}
	near := 0
	for _, h := range seen {
		if names := h.columns(false, nil); len(names) > len(e.Columns) && h.line <= 2 {
			e.Columns = names
		}
		for i := range formats {
			d := &formats[i]
			lacks := d.missing(h)
			if has := len(d.needs) - len(lacks); has > near && has >= len(lacks) {
				near, e.Nearest, e.Lacks = has, d.Title, lacks
			}
		}
	}
	return e
}
