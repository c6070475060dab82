package merchantfile

import (
	"context"
	"errors"
	"io"
)

// jsonCatalogue is Towpath's catalogue form as JSON.
type jsonCatalogue struct{ in io.ReaderAt }

func isJSON(in io.ReaderAt, size int64) bool {
	head := make([]byte, min(size, 64))
	n, _ := in.ReadAt(head, 0)
	for _, b := range head[:n] {
		switch b {
		case ' ', '\t', '\r', '\n', 0xEF, 0xBB, 0xBF:
		case '{', '[':
			return true
		default:
			return false
		}
	}
	return false
}

func (f *File) openJSON(context.Context, io.ReaderAt, int64) error {
	return errors.New("JSON is not read yet")
}

func (j *jsonCatalogue) read(context.Context, *page, func(*page, product) error) error { return nil }
