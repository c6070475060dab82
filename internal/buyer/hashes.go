package buyer

import (
	"encoding/json"
	"strings"
	"unicode"

	"github.com/towpath/towpath/internal/order"
)

// Hashes are keyed hashes of parts of a record: equal parts have equal hashes, and without the key nothing can be
// learned from one. An empty part has an empty hash.
type Hashes struct {
	Email, Phone, Name, PostalCode string
	Address                        string // of who gets it where, however it is written; empty without a street
	Place                          string // of all that a shipping label shows, see order.Buyer.Place
	Record                         string // of everything
}

// Hashes returns the hashes of a record.
func (s *Sealer) Hashes(b order.Buyer) Hashes {
	return Hashes{
		Email: s.part("email", email(b.Email)), Phone: s.part("phone", digits(b.Phone)), Name: s.part("name", words(b.Name)),
		PostalCode: s.part("postal code", code(b.PostalCode)), Address: s.part("address", address(b)), Place: s.mac("place", text(b.Place())), Record: s.mac("record", text(b)),
	}
}

// Find returns the hashes that a search for a text looks for: an e-mail address, a phone number, a whole name or a
// postal code, however it is spaced and capitalised.
func (s *Sealer) Find(what string) Hashes {
	if strings.Contains(what, "@") { // its digits are no phone number
		return Hashes{Email: s.part("email", email(what))}
	}
	h := Hashes{Name: s.part("name", words(what)), PostalCode: s.part("postal code", code(what))}
	if !strings.ContainsFunc(what, unicode.IsLetter) {
		h.Phone = s.part("phone", digits(what))
	}
	return h
}

// Contact returns the hashes of an e-mail address and a phone number; an empty one has an empty hash.
func (s *Sealer) Contact(mail, phone string) Hashes {
	return Hashes{Email: s.part("email", email(mail)), Phone: s.part("phone", digits(phone))}
}

func (s *Sealer) part(kind, text string) string {
	if text == "" {
		return ""
	}
	return s.mac(kind, text)
}

// text is a record in a form in which equal records are equal.
func text(b order.Buyer) string {
	t, err := json.Marshal(b)
	if err != nil {
		return "" // texts can always be written
	}
	return string(t)
}

func email(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func words(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func code(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }

// address returns name and address without what people write differently: capitals, spaces, punctuation, and on which line a part stands.
// Accents and abbreviations stay: St and Street differ. Empty without a street or a postal code: half an address is many.
func address(b order.Buyer) string {
	if strings.TrimSpace(b.Line1+b.Line2) == "" || strings.TrimSpace(b.PostalCode) == "" {
		return ""
	}
	parts := []string{b.Name, b.Line1 + " " + b.Line2, b.City, code(b.PostalCode), b.CountryCode}
	for i, p := range parts {
		parts[i] = strings.Join(strings.FieldsFunc(strings.ToLower(p), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
	}
	return strings.Join(parts, "\x00")
}

// digits returns the digits of a phone number without leading zeros; +44 20 and 020 of the same number differ.
func digits(s string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
	return strings.TrimLeft(kept, "0")
}
