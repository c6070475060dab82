// Package remedy has what to do about a fault: a title, the steps and who acts next. The catalogue is data
// (remedies.yaml); it is looked up whenever a fault is shown and never stored, so that better remedies also apply to
// old faults. The package also determines the health of an account from the results of its recent runs.
package remedy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/shipment"
)

// Who acts next.
const (
	You     = "you"     // the operator
	Towpath = "towpath" // nothing to do: Towpath goes on by itself
	Channel = "channel" // the marketplace has to move first
)

// Remedy is what to do about a fault. It never repeats the channel's sentences, which may name a buyer. ACCOUNT, ENDPOINT, REF and FILE in
// its steps are placeholders for the account, the endpoint of a publication, the order's reference, the listing and a file.
// Catalogue.For has put the fields and values that a fault names into them.
type Remedy struct {
	Code  string        `json:"code"`  // stable, kebab-case
	Class channel.Class `json:"class"` // what the fault really is; the words may tell when the fault's own class is unknown
	Title string        `json:"title"`
	Steps []string      `json:"steps"`           // one action each, in order
	Who   string        `json:"who"`             // You, Towpath or Channel
	Own   bool          `json:"own,omitempty"`   // it is of the merchant's file
	Retry bool          `json:"retry,omitempty"` // the automatic attempts are used up: what waits goes on when you retry it
	Gap   bool          `json:"gap"`             // the catalogue does not know the fault: this is its class's general remedy

	// Command and Page are set by Named.
	Command string `json:"command,omitempty"` // the last command of the steps that can be run as it is; empty: there is none
	Page    *Page  `json:"page,omitempty"`    // where the same is done in the console; nil: nowhere

	// Cause is set by OfShipment only: why a package has not reached its channel.
	Cause shipment.Cause `json:"cause,omitempty"`
}

// Catalogue is a checked list of remedies. It does not change and is safe for concurrent use.
type Catalogue struct {
	entries []entry
	general map[channel.Class]Remedy
}

// entry is a remedy with its conditions, one of which must be true.
type entry struct {
	remedy Remedy
	any    []condition
}

// For returns the remedy of a fault of an account on channel k ("" = not known). raw is the channel's words from the
// store; if it is empty, the fault's own are used. At most channel.MaxRaw bytes of it are read. attributes are those that the fault is
// known to be about; without any, the words are searched for them. An unknown fault gets its class's general remedy, with Gap set.
func (c *Catalogue) For(k channel.Kind, f *channel.Fault, raw string, attributes ...string) Remedy {
	if f == nil {
		f = &channel.Fault{Class: channel.Unknown}
	}
	if raw == "" {
		raw = f.Raw
	}
	raw = raw[:min(len(raw), channel.MaxRaw)]
	o := occurrence{kind: k, class: f.Class, status: f.Status, code: strings.ToLower(f.Code), words: tidy(raw), named: namedIn(raw), sku: short(f.Hit.SKU), work: channel.Operation(f.Operation).Work()}
	if len(attributes) > 0 {
		o.named = attributeNames(attributes)
	}
	return c.matching(o).filled(o)
}

func (c *Catalogue) matching(o occurrence) Remedy {
	for i := range c.entries {
		if c.entries[i].matches(o) {
			return c.entries[i].remedy
		}
	}
	if general, ok := c.general[o.class]; ok {
		return general
	}
	return c.general[channel.Unknown]
}

// All returns every remedy in the order in which they are tried, the general ones (Gap) last. Their steps are those of a fault that
// names nothing.
func (c *Catalogue) All() []Remedy {
	all := make([]Remedy, 0, len(c.entries)+len(c.general))
	for i := range c.entries {
		all = append(all, c.entries[i].remedy.filled(occurrence{}))
	}
	for _, class := range channel.Classes() {
		all = append(all, c.general[class].filled(occurrence{}))
	}
	return all
}

// usedUp is the step for what Towpath does by itself, once it has given up.
const usedUp = "The automatic attempts are used up, and what waits here does not go on by itself: retry it once the cause has passed."

// OnceParked returns the remedy for something that a fault has parked: it waits for you, whoever would act otherwise.
func (r Remedy) OnceParked() Remedy {
	if r.Who == Towpath {
		r.Steps = []string{usedUp}
	}
	r.Retry = r.Retry || r.Who != You
	r.Who = You
	return r
}

// keepsFailing are the steps for what Towpath does by itself, in runs that keep failing.
var keepsFailing = []string{
	"A run begins by itself at its next time, and this ends with the first that has no error. Nothing is lost meanwhile.",
	"If it goes on, look at the channel's own status page, and retry once it says that all is well: a run begins at once.",
	"If that fails too, open a case with the channel's support, with the request id of the newest error.",
}

// OnceFailing returns the remedy for runs that keep failing: it is for you to look, whoever would act otherwise.
func (r Remedy) OnceFailing() Remedy {
	if r.Who == Towpath {
		r.Steps, r.Command, r.Page = slices.Clone(keepsFailing), "", nil
	}
	r.Who = You
	return r
}

// sendsLevels is how the step begins with which a remedy has levels sent.
const sendsLevels = "Run `towpath sync stock"

// OfPublication returns the remedy for items of a publication: what would have levels sent has the items published instead. Named names them.
func (r Remedy) OfPublication() Remedy {
	r = r.clone()
	for n, step := range r.Steps {
		if strings.HasPrefix(step, sendsLevels) {
			r.Steps[n] = "Run `towpath publish --account ACCOUNT --errors --endpoint ENDPOINT`."
		}
	}
	return r
}

// Actor returns who acts next, in words.
func (r Remedy) Actor() string {
	switch {
	case r.Retry:
		return "you retry"
	case r.Who == You:
		return "you act"
	case r.Who == Channel:
		return "the channel acts"
	}
	return "Towpath goes on by itself"
}

// CauseWords names the cause of a package's fault; empty: the remedy is not of a package.
func (r Remedy) CauseWords() string {
	if r.Cause == "" {
		return ""
	}
	return "Cause: " + r.Cause.Text() + "."
}

// Lines returns the remedy as lines: the title and who acts, then the steps.
func (r Remedy) Lines() []string {
	lines := []string{r.Title + " (" + r.Actor() + ")."}
	if words := r.CauseWords(); words != "" {
		lines = append(lines, words)
	}
	for i, step := range r.Steps {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, step))
	}
	if r.Gap {
		lines = append(lines, GapWords)
	}
	return lines
}

// GapWords is shown with a general remedy.
const GapWords = "The catalogue does not know this fault: this is the general advice for its class."

func (r Remedy) clone() Remedy {
	r.Steps = slices.Clone(r.Steps)
	return r
}

func (e *entry) matches(o occurrence) bool {
	return slices.ContainsFunc(e.any, func(c condition) bool { return c.holds(o) })
}
