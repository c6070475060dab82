package merchantfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/sheet"
)

// headerRows is the number of rows among which the header must be. eBay writes a line of commas before it, Amazon's
// Japanese site two lines.
const headerRows = 8

// File is a merchant's file, opened and recognised. It is not safe for concurrent use.
type File struct {
	name    string
	format  *definition
	text    *sheet.Text // nil of JSON
	layout  sheet.Layout
	header  *header
	shape   shape
	options Options
	facts   facts
	json    *jsonCatalogue // nil of delimited text
	read    int            // rows of the reading that is under way, or of the last
	closer  io.Closer
}

// NotRecognisedError is the error of a text file with an unknown header.
type NotRecognisedError struct {
	Name    string
	Columns []string // of the first row that has text
	Nearest string   // the format that lacks fewest columns; empty: none is near
	Lacks   []string // what that one lacks
}

func (e *NotRecognisedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is not a file that Towpath knows. Its first row is %s", e.Name, quoteSome(e.Columns, 8))
	if e.Nearest != "" {
		fmt.Fprintf(&b, "; it is most like %s, but lacks %s", e.Nearest, quoteSome(e.Lacks, 4))
	}
	b.WriteString("; want one of ")
	b.WriteString(strings.Join(Titles(), ", "))
	return b.String()
}

// Titles returns the titles of the known formats.
func Titles() []string {
	titles := []string{ownJSON.Title}
	for i := range formats {
		if !slices.Contains(titles, formats[i].Title) {
			titles = append(titles, formats[i].Title)
		}
	}
	return titles
}

// OpenPath opens and recognises a file by its path. The caller must close it.
func OpenPath(ctx context.Context, path string, o Options) (*File, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	info, err := in.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a folder; want a file", path)
	}
	var f *File
	if err == nil {
		f, err = Open(ctx, info.Name(), in, info.Size(), o)
	}
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	f.closer = in
	return f, nil
}

// Open recognises a file; name is for messages only. It reads the whole file once, to learn how it writes numbers and
// dates. Errors are those of package sheet (too large, a workbook, empty, unreadable) or *NotRecognisedError.
func Open(ctx context.Context, name string, in io.ReaderAt, size int64, o Options) (*File, error) {
	f := &File{name: name, options: o}
	if isJSON(in, size) {
		if err := f.openJSON(ctx, in, size); err != nil {
			return nil, err
		}
		return f, nil
	}
	text, err := sheet.Look(ctx, in, size, o.Limits)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	f.text = text
	if err := f.recognise(); err != nil {
		return nil, err
	}
	f.shape = f.format.bind(f.header, o)
	if err := f.collect(ctx); err != nil {
		return nil, fmt.Errorf("read %s as %s: %w", name, f.format.Title, err)
	}
	return f, nil
}

// Close closes the file opened by OpenPath.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// Format returns the recognised format; Holds is limited to what this file has the columns for.
func (f *File) Format() Format {
	format := f.format.Format
	format.Holds = slices.DeleteFunc(slices.Clone(format.Holds), func(k Kind) bool { return f.shape.lacks[k] != "" })
	return format
}

// Encoding returns the encoding with which the file is read.
func (f *File) Encoding() string {
	if f.text == nil {
		return string(sheet.UTF8)
	}
	return string(f.layout.Encoding)
}

// Rows returns the number of data rows, for showing progress.
func (f *File) Rows() int { return f.facts.rows }

// Read returns how many rows the current or last reading has read.
func (f *File) Read() int { return f.read }

// Used returns the columns read for one of some kinds (without kinds: for any), in the file's order and spelling.
func (f *File) Used(kinds ...Kind) []string {
	if f.header == nil {
		return nil
	}
	return f.header.columns(true, kinds)
}

// Left returns the other columns.
func (f *File) Left(kinds ...Kind) []string {
	if f.header == nil {
		return nil
	}
	return f.header.columns(false, kinds)
}
