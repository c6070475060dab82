package publication

import (
	"cmp"
	"time"
)

// Standing is how a SKU stands on an endpoint of an account: which of its items ended last, and what the channel accepted last of it.
type Standing struct {
	Ended      int64     // the id of the newest item that ended done or in error
	Through    string    // the account that spoke
	Item       int64     // of the newest that the channel accepted; 0: none so far. All below is of it
	ChannelSKU string    // empty: never told
	Hash       string    // of what was accepted; empty: not known
	ReadAt     time.Time // what was accepted is what the catalogue said then
	SentAt     time.Time // zero: nothing was sent, the channel had it already
	AcceptedAt time.Time // or when the channel was last asked for it and did not show it
	Answered   bool      // it is not looked for, or no more
	Misses     int       // how often in a row it was not shown
}

// Planned is what a run did with a SKU before it was answered.
type Planned struct {
	Hash   string    // of what was to be sent
	SentAt time.Time // zero: it was not sent
	Level  bool      // a quantity went with it
}

// Outcome is what a run knows when Settle has ended items of it.
type Outcome struct {
	Verdicts Verdicts
	Planned  map[string]Planned // by SKU
	Through  string             // the account that spoke
	Preview  bool               // the channel only validated: nothing is listed by it
	At       time.Time
}

// Standings answers how the SKUs stand whose items have ended, given how they stood; those of which something newer is known are left out. Of
// a dry run errors alone count: that its check has nothing against a SKU does not make good what the channel said.
func (o Outcome) Standings(items []*Item, before map[string]Standing) map[string]Standing {
	out, said := map[string]Standing{}, o.Verdicts.bySKU()
	for _, i := range o.counting(items) {
		s := before[i.Reference]
		if i.ID <= s.Ended {
			continue
		}
		if i.Status == Done {
			s = o.accepted(s, i, said[i.Reference])
		}
		s.Ended, s.Through = i.ID, cmp.Or(s.Through, o.Through)
		out[i.Reference] = s
	}
	return out
}

// counting are the variants that have ended in a way that is kept.
func (o Outcome) counting(items []*Item) []*Item {
	all := Ended(items, Error)
	if !o.Verdicts.DryRun {
		all = append(all, Ended(items, Done)...)
	}
	return all
}

// accepted is how a SKU stands whose item the channel has accepted: it is looked for anew.
func (o Outcome) accepted(before Standing, i *Item, v Verdict) Standing {
	planned := o.Planned[i.Reference]
	return Standing{
		Through: o.Through, Item: i.ID, ChannelSKU: cmp.Or(v.ChannelSKU, before.ChannelSKU), Hash: cmp.Or(v.Hash, planned.Hash),
		ReadAt: i.MadeAt, SentAt: planned.SentAt, AcceptedAt: o.At, Answered: o.Preview,
	}
}

// Listings are the verdicts on what was accepted and is listed now under a reference of the channel's: each is to be linked to its SKU.
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

// Levelled are the SKUs of what was accepted with a quantity: it was read before it was written, and a unit that was sold between the two would
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

// Plans are the verdicts of a check whose plans are kept until they are sent.
func (v Verdicts) Plans() []Verdict {
	var out []Verdict
	for _, one := range v.List {
		if !v.DryRun && (one.Plan != "" || one.Hash != "") {
			out = append(out, one)
		}
	}
	return out
}

// bySKU are the verdicts on variants.
func (v Verdicts) bySKU() map[string]Verdict {
	out := map[string]Verdict{}
	for _, one := range v.List {
		if one.SKU != "" {
			out[one.SKU] = one
		}
	}
	return out
}
