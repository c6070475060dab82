package sheet

import (
	"context"
	"fmt"
	"io"
	"unicode/utf8"
)

// survey has the counts of one pass over all bytes.
type survey struct {
	bom      Encoding // empty: none
	wide     int      // well-formed UTF-8 characters of two bytes or more
	torn     int      // bytes that no UTF-8 character holds
	tornLine int      // where the first is; 0: none
	pairs    pairs    // of the same bytes, taken as CP932
	nuls     int
	nulLine  int // where the first is; 0: none
	feeds    int // line feeds
	returns  int // carriage returns, with and without one
	text     bool
}

// read counts, with one buffer of memory. A character cut by the buffer's end is counted with the next.
func (s *survey) read(ctx context.Context, in io.ReaderAt, size int64) error {
	buf, carry := make([]byte, 256<<10), 0
	for at := int64(0); at < size; {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("read the file: %w", err)
		}
		want := min(int64(len(buf)-carry), size-at)
		n, err := in.ReadAt(buf[carry:int64(carry)+want], at)
		if int64(n) < want {
			return fmt.Errorf("read the file at byte %d: %w", at, err)
		}
		if at == 0 && s.mark(buf[:n]) {
			return nil
		}
		at += want
		have := buf[:carry+n]
		whole := s.count(have, at == size)
		if s.torn > 0 || s.wide > 0 {
			s.pairs.count(have[:whole])
		}
		carry = copy(buf, have[whole:])
	}
	return nil
}

// mark reads the byte order mark, and reports whether it decides the encoding.
func (s *survey) mark(head []byte) bool {
	starts := func(with string) bool { return len(head) >= len(with) && string(head[:len(with)]) == with }
	switch {
	case starts(bomUTF8):
		s.bom = UTF8
	case starts(bomUTF16LE):
		s.bom = UTF16LE
	case starts(bomUTF16BE):
		s.bom = UTF16BE
	}
	s.text = s.bom == UTF16LE || s.bom == UTF16BE // its rows will show whether it is empty
	return s.text
}

// count counts text, and returns the length of its complete characters.
func (s *survey) count(text []byte, last bool) int {
	for i := 0; i < len(text); {
		b := text[i]
		if b < utf8.RuneSelf {
			s.ascii(b)
			i++
			continue
		}
		_, n := utf8.DecodeRune(text[i:])
		if n == 1 {
			if !last && !utf8.FullRune(text[i:]) {
				return i
			}
			s.tear()
		} else {
			s.wide++
			s.text = s.text || string(text[i:i+n]) != bomUTF8
		}
		i += n
	}
	return len(text)
}

func (s *survey) ascii(b byte) {
	switch b {
	case '\n':
		s.feeds++
	case '\r':
		s.returns++
	case ' ', '\t':
	case 0:
		s.nuls++
		if s.nulLine == 0 {
			s.nulLine = s.feeds + 1
		}
	default:
		s.text = true
	}
}

// tear counts a byte that is not part of a UTF-8 character.
func (s *survey) tear() {
	s.torn++
	s.text = true
	if s.tornLine == 0 {
		s.tornLine = s.feeds + 1
	}
}

// pairs is text taken as CP932, where most characters beyond ASCII are two bytes.
type pairs struct {
	lead     byte // the first of a pair that is not complete
	broken   int  // first bytes without their second, as é before a space is
	japanese int  // pairs that are kana, and bytes that Windows-1252 has no character for
}

func (p *pairs) count(text []byte) {
	for _, b := range text {
		switch {
		case p.lead != 0:
			if b < 0x40 || b == 0x7F || b > 0xFC {
				p.broken++
			} else if p.lead == 0x82 && 0x9F <= b && b <= 0xF1 || p.lead == 0x83 && b <= 0x96 {
				p.japanese++
			}
			p.lead = 0
		case 0x81 <= b && b <= 0x9F || 0xE0 <= b && b <= 0xFC:
			p.lead = b
			if b == 0x81 || b == 0x8D || b == 0x8F || b == 0x90 || b == 0x9D {
				p.japanese++
			}
		case b == 0x80 || b == 0xA0 || b > 0xFC:
			p.broken++
		}
	}
}

// check returns an error if the file can't be read as text.
func (s *survey) check() error {
	switch {
	case s.nuls > 0 && s.nuls >= s.feeds*4:
		return &UnreadableError{s.nulLine, "every other byte is 0, as in UTF-16 without the mark at its beginning that would say so",
			`the file saved as "CSV UTF-8"`}
	case s.nuls > 0:
		return &UnreadableError{s.nulLine, "it holds a byte 0, which no text has: it is no text file, or was damaged on its way", "the file as it was exported"}
	case !s.text:
		return ErrEmpty
	case s.torn > 0 && (s.bom == UTF8 || s.wide > s.torn && s.pairs.broken > 0):
		return &UnreadableError{s.tornLine, fmt.Sprintf("the file is UTF-8 up to here, and here it is not (%d bytes in all)", s.torn),
			"one encoding: two files of different encodings may have been put together; export again, or save each as UTF-8 first"}
	}
	return nil
}
