package publication

import (
	"cmp"
	"time"

	"github.com/towpath/towpath/internal/listing"
)

// Standing is the state of a SKU on an endpoint of an account: its last ended item, and what the channel last
// accepted.
type Standing struct {
	Ended      int64         // the id of the newest item that ended done or in error
	Through    string        // the account that spoke
	Item       int64         // of the newest that the channel accepted; 0: none so far. All below is of it
	ChannelSKU string        // empty = not known
	Hash       string        // of what was accepted; empty: not known
	Marks      listing.Marks // of what was accepted; empty: not known
	Price      listing.Price // of what was accepted; not known of what was accepted by an old version
	ReadAt     time.Time     // when the accepted data was read from the catalogue
	SentAt     time.Time     // zero: nothing was sent, the channel had it already
	AcceptedAt time.Time     // or when it was last read back and missing
	Answered   bool          // it is not, or no longer, read back
	Misses     int           // how often in a row it was missing
	Failed     string        // code of the error in which the item Ended ended; empty: it has none, or FailedAt is zero
	FailedAt   time.Time     // when; zero: it did not end in error. Nothing but this and Ended is of an item in error
}

// WasAccepted reports whether the channel has accepted the SKU.
func (s Standing) WasAccepted() bool { return s.Item != 0 }

// Name returns what the channel calls the SKU: its own name, as long as the channel's is not known.
func (s Standing) Name(sku string) string { return cmp.Or(s.ChannelSKU, sku) }

// Unread reports whether what was accepted waits to be read back.
func (s Standing) Unread() bool { return s.WasAccepted() && !s.Answered }

// Due reports whether what was accepted is to be read back, when that may be done of what was accepted before a moment.
func (s Standing) Due(before time.Time) bool { return s.Unread() && s.AcceptedAt.Before(before) }

// Awaits reports whether what the channel shows of an accepted item still counts: it is the newest, and not read back.
func (s Standing) Awaits(item int64) bool { return s.Unread() && s.Item == item }

// Planned is what a run did with a SKU before the answer.
type Planned struct {
	Hash   string // of what was to be sent
	Marks  listing.Marks
	Price  listing.Price
	Before listing.Price // what was listed when it was checked
	SentAt time.Time     // zero: it was not sent
	Level  bool          // a quantity went with it, now or an earlier time in the run
}

// Sent reports whether it was sent.
func (p Planned) Sent() bool { return !p.SentAt.IsZero() }

// Plan is what a check planned for a SKU, or with an empty SKU for the product as a whole.
type Plan struct {
	Product, SKU string
	Text         string // the adapter's decisions: see listing.Draft
	Planned
}

// Outcome has a run's data after Decide has ended items of it.
type Outcome struct {
	Verdicts Verdicts
	Planned  map[string]Planned // by SKU
	Through  string             // the account that spoke
	Preview  bool               // the channel only validated: nothing is listed by it
	Over     bool               // the run had ended before
	At       time.Time
}

// Standings returns the new standings of SKUs whose items have ended, given the old ones; SKUs with something newer
// are left out. In a dry run only errors count: passing the check does not correct an error of the channel.
func (o Outcome) Standings(items []*Item, before map[string]Standing) map[string]Standing {
	out, said := map[string]Standing{}, o.Verdicts.bySKU()
	for _, i := range o.Counting(items) {
		s := before[i.Reference]
		if i.ID <= s.Ended {
			continue
		}
		if i.Status == Done {
			s = o.accepted(s, i, said[i.Reference])
		}
		if i.Status == Error {
			s.Failed, s.FailedAt = i.Code, o.At
		}
		s.Ended, s.Through = i.ID, cmp.Or(s.Through, o.Through)
		out[i.Reference] = s
	}
	return out
}

// Counting returns the variants whose end changes their standing: one that was skipped stands as before.
func (o Outcome) Counting(items []*Item) []*Item {
	all := Ended(items, Error)
	if !o.Verdicts.DryRun {
		all = append(all, Ended(items, Done)...)
	}
	return all
}

// accepted returns the standing of a SKU whose item was accepted: it is to be read back again.
func (o Outcome) accepted(before Standing, i *Item, v Verdict) Standing {
	planned := o.Planned[i.Reference]
	return Standing{
		Through: o.Through, Item: i.ID, ChannelSKU: cmp.Or(v.ChannelSKU, before.ChannelSKU), Hash: cmp.Or(v.Hash, planned.Hash), Marks: cmp.Or(v.Marks, planned.Marks), Price: cmp.Or(v.Change.Price, planned.Price),
		ReadAt: i.CreatedAt, SentAt: planned.SentAt, AcceptedAt: o.At, Answered: o.Preview,
	}
}

// Listings returns the verdicts on accepted items that have a reference of the channel: each must be linked to its
// SKU.
func (o Outcome) Listings(items []*Item) []Verdict {
	accepted := map[string]bool{}
	for _, i := range Ended(items, Done) {
		accepted[i.Reference] = !o.Preview
	}
	var out []Verdict
	for _, v := range o.Verdicts.List {
		if accepted[v.SKU] && v.Ref != "" && v.ChannelSKU != "" {
			out = append(out, v)
		}
	}
	return out
}

// Levelled returns the SKUs accepted with a quantity. It was read before it was sent, so a unit sold in between would
// come back if the level were not sent again.
func (o Outcome) Levelled(items []*Item) []string {
	var out []string
	for _, i := range Ended(items, Done) {
		if o.Planned[i.Reference].Level && !o.Preview {
			out = append(out, i.Reference)
		}
	}
	return out
}

// Plans returns the plans of a check, which are kept until the run ends. What was checked again counts as not sent. A dry run sends nothing: it keeps
// only the prices. A run that is over keeps none.
func (o Outcome) Plans() []Plan {
	var out []Plan
	for _, v := range o.Verdicts.List {
		text := v.Plan
		if o.Verdicts.DryRun {
			text = ""
		}
		if !o.Over && (text != "" || v.Hash != "") {
			out = append(out, Plan{Product: v.Product, SKU: v.SKU, Text: text, Planned: Planned{Hash: v.Hash, Marks: v.Marks, Price: v.Change.Price, Before: v.Change.Before}})
		}
	}
	return out
}

// bySKU returns the verdicts on variants by SKU.
func (v Verdicts) bySKU() map[string]Verdict {
	out := map[string]Verdict{}
	for _, one := range v.List {
		if one.SKU != "" {
			out[one.SKU] = one
		}
	}
	return out
}
