package remedy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
)

// Limits of an entry, so that every remedy fits a screen.
const (
	maxCode    = 64  // bytes
	maxTitle   = 80  // characters
	maxStep    = 240 // characters
	maxSteps   = 6
	maxPattern = 400 // bytes
)

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// checker converts the file to a catalogue and collects mistakes.
type checker struct {
	document.Reader
	codes map[string]int // code -> line
	at    *document.Node // the entry at hand
	own   bool           // the file is a merchant's
}

func (c *checker) need(ok bool, format string, args ...any) {
	if !ok {
		c.Wrong(c.at, format, args...)
	}
}

func (c *checker) catalogue(root *document.Node) *Catalogue {
	out := &Catalogue{general: map[channel.Class]Remedy{}}
	var faults, general []*document.Node
	c.Object(root, "the file", map[string]func(document.Field){
		"faults":  func(f document.Field) { faults = c.Items(f, 0, 0, "of entries") },
		"general": func(f document.Field) { general = c.Items(f, 0, 0, "of entries") },
	})
	if n := len(faults) + len(general); n > maxEntries {
		c.need(false, "%d entries: at most %d are possible", n, maxEntries)
		return out
	}
	for _, c.at = range faults {
		text := c.entry(c.at)
		e := entry{remedy: c.remedy(text)}
		c.need(len(text.Match) > 0, "%s: match is missing: without it the entry can't be found", text.Code)
		for _, m := range text.Match {
			e.any = append(e.any, c.condition(text.Code, m))
		}
		out.entries = append(out.entries, e)
	}
	for _, c.at = range general {
		text := c.entry(c.at)
		r := c.remedy(text)
		r.Gap = true
		_, twice := out.general[r.Class]
		c.need(!twice, "%s: class %s has a general remedy already", r.Code, r.Class)
		c.need(len(text.Match) == 0, "%s: a general remedy has no match: it is for all of its class", r.Code)
		out.general[r.Class] = r
	}
	if c.at = nil; c.own {
		c.need(len(general) == 0, "general: those are Towpath's own; put the remedy under faults, with a match")
		return out
	}
	for _, class := range channel.Classes() {
		_, ok := out.general[class]
		c.need(ok, "general: no remedy for class %s", class)
	}
	return out
}

func (c *checker) remedy(t entryText) Remedy {
	c.need(len(t.Code) <= maxCode && kebab.MatchString(t.Code), "code %q: want lower-case words joined by hyphens, at most %d characters", t.Code, maxCode)
	if first, twice := c.codes[t.Code]; twice {
		c.need(false, "code %s is already that of line %d", t.Code, first)
	}
	c.codes[t.Code] = c.at.Line
	c.need(t.Class.Known(), "%s: no class %q; there are %v", t.Code, t.Class, channel.Classes())
	c.need(t.Who == You || t.Who == Towpath || t.Who == Channel, "%s: who is %q: want you, towpath or channel", t.Code, t.Who)
	c.need(fits(t.Title, maxTitle), "%s: title: want 1 to %d characters", t.Code, maxTitle)
	c.need(len(t.Steps) >= 1 && len(t.Steps) <= maxSteps, "%s: %d steps: want 1 to %d", t.Code, len(t.Steps), maxSteps)
	for i, s := range t.Steps {
		c.need(fits(s, maxStep), "%s: step %d: want 1 to %d characters", t.Code, i+1, maxStep)
		c.need(!strings.ContainsAny(detail.ReplaceAllString(s, ""), "{}"), "%s: step %d: in braces there may be {named|...}, {sku|...} or {work|...}, with what stands there when a fault names none", t.Code, i+1)
	}
	return Remedy{Code: t.Code, Class: t.Class, Title: t.Title, Steps: t.Steps, Who: t.Who, Own: c.own}
}

func fits(s string, most int) bool {
	return strings.TrimSpace(s) != "" && utf8.RuneCountInString(s) <= most
}

func (c *checker) condition(code string, t conditionText) condition {
	out := condition{kind: t.Channel, contains: tidy(t.Contains)}
	kinds := channel.Kinds()
	c.need(t.Channel == "" || slices.Contains(kinds, t.Channel), "%s: no channel %q; there are %v", code, t.Channel, kinds)
	for _, class := range t.Class {
		c.need(channel.Class(class).Known(), "%s: match: no class %q; there are %v", code, class, channel.Classes())
		out.classes = append(out.classes, channel.Class(class))
	}
	for _, s := range t.Status {
		status, err := strconv.Atoi(s)
		c.need(err == nil && status >= 100 && status <= 599, "%s: match: status %q: want an HTTP status, e.g. 503", code, s)
		out.statuses = append(out.statuses, status)
	}
	for _, s := range t.Code {
		c.need(strings.TrimSuffix(s, "*") != "", "%s: match: code %q stands for any code: leave it out", code, s)
		out.codes = append(out.codes, strings.ToLower(s))
	}
	out.pattern = c.pattern(code, t.Message)
	// A class alone would hide gaps of the class, and a channel alone those of the channel.
	c.need(len(out.statuses)+len(out.codes) > 0 || out.pattern != nil || out.contains != "" || out.kind != "" && len(out.classes) > 0,
		"%s: match: names nothing that distinguishes one fault from others: want a code, status, message or contains, or channel and class", code)
	return out
}

// pattern compiles a message pattern. Go's regular expressions take linear time, and the text is limited.
func (c *checker) pattern(code, message string) *regexp.Regexp {
	if message == "" {
		return nil
	}
	if len(message) > maxPattern {
		c.need(false, "%s: message: longer than %d characters", code, maxPattern)
		return nil
	}
	re, err := regexp.Compile("(?i)" + message)
	if err != nil {
		c.need(false, "%s: message: not a regular expression: %v", code, err)
		return nil
	}
	c.need(!re.MatchString(""), "%s: message: %q matches anything, even no words at all", code, message)
	return re
}
