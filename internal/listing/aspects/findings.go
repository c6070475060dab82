package aspects

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/listing"
)

// maxIssues bounds what is said of one SKU: a person who has read fifty knows.
const maxIssues = 50

// findings are what is wrong with a product, by SKU; under its key what is wrong with all of it.
type findings struct {
	whole string
	by    map[string][]listing.Issue
}

// WholeKey is under which key Check says what concerns a product as a whole: the product's, or of one that has none its first SKU.
func WholeKey(p listing.Product) string {
	if p.Key == "" && len(p.Variants) > 0 {
		return p.Variants[0].SKU
	}
	return p.Key
}

// issue is one finding. Pointer leads into the record of eBay's that would have it: an inventory item, a group of them, or an offer.
type issue struct {
	code, pointer, aspect, message, want string
}

func (f *findings) add(key string, i issue) { f.addAs(listing.Error, key, i) }

func (f *findings) addAs(s listing.Severity, key string, i issue) {
	if len(f.by[key]) >= maxIssues {
		return
	}
	found := listing.Issue{
		Stage: listing.Validation, Severity: s, Code: i.code, Pointer: i.pointer, Message: i.message, Want: i.want,
	}
	if i.aspect != "" {
		found.Attributes = []string{clip(i.aspect, maxShown)}
	}
	f.by[key] = append(f.by[key], found)
}

// pointer joins names to a JSON pointer (RFC 6901).
func pointer(names ...any) string {
	var b strings.Builder
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	for _, n := range names {
		b.WriteString("/" + escape.Replace(clip(fmt.Sprint(n), maxShown)))
	}
	return b.String()
}

// maxShown is the most characters of a name in an issue: longer ones are wrong already.
const maxShown = 100

// short is a text fit for a sentence.
func short(text string) string {
	const most = 60
	return clip(text, most)
}

func clip(text string, most int) string {
	if runes := []rune(text[:min(len(text), utf8.UTFMax*(most+1))]); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return text
}

// someOf names the first of a list.
func someOf(list []string) string {
	const most = 20
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}
