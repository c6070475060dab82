package sheet

import (
	"bytes"
	"fmt"
)

// headBytes is the length of a file's beginning that shows its kind.
const headBytes = 4096

// OtherKindError is the error of a file that is not delimited text.
type OtherKindError struct {
	Is   string // "an Excel workbook"
	Want string // "save it as CSV UTF-8"
}

func (e *OtherKindError) Error() string {
	return fmt.Sprintf("this is %s, not a text file; %s", e.Is, e.Want)
}

const asCSV = `open it and save it as "CSV UTF-8"`

// otherKind recognises other kinds of files by their first bytes.
func otherKind(head []byte) error {
	starts := func(with string) bool { return bytes.HasPrefix(head, []byte(with)) }
	switch {
	case starts("PK\x03\x04"):
		return zipped(head)
	case starts("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"):
		return &OtherKindError{"an old Excel workbook (.xls)", asCSV}
	case starts("%PDF"):
		return &OtherKindError{"a PDF", "export the same data as CSV"}
	case starts("\x1F\x8B"):
		return &OtherKindError{"a gzip archive", "unpack it first"}
	case starts("7z\xBC\xAF\x27\x1C"), starts("Rar!"):
		return &OtherKindError{"an archive", "unpack it first"}
	case starts("{\\rtf"):
		return &OtherKindError{"a text document (RTF)", "export the data as CSV"}
	case starts("\x89PNG"), starts("\xFF\xD8\xFF"), starts("GIF8"):
		return &OtherKindError{"a picture", "give the file with the data"}
	case starts("SQLite format 3"):
		return &OtherKindError{"a database (SQLite)", "export the data as CSV"}
	}
	return marked(head)
}

// zipped recognises workbooks among zip archives by the names of their first parts.
func zipped(head []byte) error {
	has := func(part string) bool { return bytes.Contains(head, []byte(part)) }
	switch {
	case has("opendocument.spreadsheet"):
		return &OtherKindError{"an OpenDocument spreadsheet (.ods)", asCSV}
	case has("[Content_Types].xml"), has("xl/"), has("_rels/"), has("docProps/"):
		return &OtherKindError{"an Excel workbook (.xlsx)", asCSV}
	}
	return &OtherKindError{"a zip archive", "unpack it first"}
}

// marked recognises XML, and HTML, which some shops export as .xls.
func marked(head []byte) error {
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte(bomUTF8)), " \t\r\n"))
	for _, tag := range []string{"<!doctype html", "<html", "<table", "<head", "<body", "<meta"} {
		if bytes.HasPrefix(text, []byte(tag)) {
			return &OtherKindError{"a web page (HTML)", "a file that ends in .xls can be one: " + asCSV}
		}
	}
	if bytes.HasPrefix(text, []byte("<?xml")) {
		return &OtherKindError{"XML", "export the same data as CSV"}
	}
	return nil
}
