package remedy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// occurrence is a fault in the form that conditions need.
type occurrence struct {
	kind   channel.Kind
	class  channel.Class
	status int
	code   string   // lower case
	words  string   // tidied, lower case
	named  []string // attributes, parameters and fields that it names
	sku    string   // the channel's; empty: it is not about a single one
	work   string   // the kind of work that its operation belongs to
}

// condition is true when all its fields match; empty fields match anything.
type condition struct {
	kind     channel.Kind
	classes  []channel.Class
	statuses []int
	codes    []string // lower case; a last * stands for any end
	pattern  *regexp.Regexp
	contains string // lower case
}

func (c condition) holds(o occurrence) bool {
	switch {
	case c.kind != "" && c.kind != o.kind,
		len(c.classes) > 0 && !slices.Contains(c.classes, o.class),
		len(c.statuses) > 0 && !slices.Contains(c.statuses, o.status),
		len(c.codes) > 0 && !slices.ContainsFunc(c.codes, o.hasCode),
		c.contains != "" && !strings.Contains(o.words, c.contains),
		c.pattern != nil && !c.pattern.MatchString(o.words):
		return false
	}
	return true
}

func (o occurrence) hasCode(code string) bool {
	if start, open := strings.CutSuffix(code, "*"); open {
		return strings.HasPrefix(o.code, start)
	}
	return o.code == code
}

// tidy turns every gap into one space, so that line breaks or no-break spaces do not
// matter. Letters become lower case, since the same message has several spellings.
func tidy(raw string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.ToValidUTF8(raw, "?")), " "))
}
