package sheet

import (
	"fmt"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// Encoding is the character encoding of a file.
type Encoding string

// The encodings that are read.
const (
	UTF8        Encoding = "UTF-8"
	UTF16LE     Encoding = "UTF-16 little-endian"
	UTF16BE     Encoding = "UTF-16 big-endian"
	Windows1252 Encoding = "Windows-1252"
	CP932       Encoding = "CP932" // Microsoft's Shift_JIS, in which Amazon's Japanese site writes its reports
)

const (
	bomUTF8    = "\xEF\xBB\xBF"
	bomUTF16LE = "\xFF\xFE"
	bomUTF16BE = "\xFE\xFF"
)

// decoder returns the decoder; nil for UTF-8, which needs none.
func (e Encoding) decoder() *encoding.Decoder {
	switch e {
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder()
	case Windows1252:
		return charmap.Windows1252.NewDecoder()
	case CP932:
		return japanese.ShiftJIS.NewDecoder() // x/text's table is that of windows-31j, which is CP932
	case UTF8:
	}
	return nil
}

// UnreadableError is the error of text with an unknown encoding, or of something that is not text.
type UnreadableError struct {
	Line int // 0: not of one line
	What string
	Want string
}

func (e *UnreadableError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d: %s; want %s", e.Line, e.What, e.Want)
	}
	return fmt.Sprintf("%s; want %s", e.What, e.Want)
}

// Encodings returns the encodings that the bytes allow, the likeliest first: one, except for text that may be
// Windows-1252 or CP932, where the header decides. Nothing is guessed from the frequency of letters: a price list
// whose only character beyond ASCII is a pound sign has no statistics.
func (t *Text) Encodings() []Encoding {
	switch s := t.bytes; {
	case s.bom != "":
		return []Encoding{s.bom}
	case s.torn == 0:
		return []Encoding{UTF8}
	case s.pairs.japanese > 0 && s.pairs.broken == 0:
		return []Encoding{CP932, Windows1252}
	default:
		return []Encoding{Windows1252, CP932}
	}
}
