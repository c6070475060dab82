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

// headerRows is within how many rows from the beginning the header must stand. eBay puts a line of commas before it,
// Amazon's Japanese site two lines of its own.
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

// NotRecognisedError is the fault of a text file whose header is none that is known.
type NotRecognisedError struct {
	Name    string
	Columns []string // of the first row that has text
	Nearest string   // the format that lacks fewest columns; empty: none is near
	Lacks   []string // what that one lacks
}

func (e *NotRecognisedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is none of the files that are known. Its first row is %s", e.Name, quoteSome(e.Columns, 8))
	if e.Nearest != "" {
		fmt.Fprintf(&b, "; it is nearest to %s, and lacks %s", e.Nearest, quoteSome(e.Lacks, 4))
	}
	b.WriteString("; want one of ")
	b.WriteString(strings.Join(Titles(), ", "))
	return b.String()
}

// Titles are the formats that are recognised, by title.
func Titles() []string {
	titles := []string{ownJSON.Title}
	for i := range formats {
		if !slices.Contains(titles, formats[i].Title) {
			titles = append(titles, formats[i].Title)
		}
	}
	return titles
}

// OpenPath opens and recognises a file by its path. Close it.
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

// Open recognises a file of which name is for messages only. It goes over all of it once, to learn how the file
// writes numbers and dates. It answers sheet's faults (too large, a workbook, empty, unreadable) or
// *NotRecognisedError.
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

// Close closes what OpenPath opened.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// Format is what the file was taken for; it holds what this very file has the columns for.
func (f *File) Format() Format {
	format := f.format.Format
	format.Holds = slices.DeleteFunc(slices.Clone(format.Holds), func(k Kind) bool { return f.shape.lacks[k] != "" })
	return format
}

// Encoding is how its bytes were read.
func (f *File) Encoding() string {
	if f.text == nil {
		return string(sheet.UTF8)
	}
	return string(f.layout.Encoding)
}

// Rows is how many rows of data it has, for telling progress.
func (f *File) Rows() int { return f.facts.rows }

// Read is how many of them the reading that is under way, or the last, has come to.
func (f *File) Read() int { return f.read }

// Used are the columns that are read for one of some kinds, or where none is given for any, in the file's order and
// spelling.
func (f *File) Used(kinds ...Kind) []string {
	if f.header == nil {
		return nil
	}
	return f.header.columns(true, kinds)
}

// Left are the columns that are not.
func (f *File) Left(kinds ...Kind) []string {
	if f.header == nil {
		return nil
	}
	return f.header.columns(false, kinds)
}
