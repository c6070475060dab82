package listing

import (
	"slices"
	"time"
)

// Field is what somebody else may set of a listing on its channel.
type Field string

// The fields.
const (
	FieldLevel  Field = "level"
	FieldPrice  Field = "price"
	FieldTitle  Field = "title"
	FieldStatus Field = "status" // whether buyers can buy from it
)

// Fields returns all fields, in the order in which they are shown.
func Fields() []Field { return []Field{FieldLevel, FieldPrice, FieldTitle, FieldStatus} }

// CanBeLeft reports whether a field can be left to another tool: Towpath then sends all but it.
func (f Field) CanBeLeft() bool { return f == FieldLevel || f == FieldPrice }

// Known reports whether it is one of Fields.
func (f Field) Known() bool { return slices.Contains(Fields(), f) }

// Mark is what a channel has shown of a listing since it accepted it last.
type Mark struct {
	Item  int64  // of the publication that the channel accepted
	Title string // as it was shown first: channels add a variant's options to it, and Amazon takes that of its catalogue
	Live  bool   // buyers could buy it
}

// Glimpse is what a channel shows of a listing, beside what it accepted last.
type Glimpse struct {
	Shown       Shown
	Gone        bool  // the channel does not show it any more
	Item        int64 // of the publication that the channel accepted last
	Accepted    Price // not known of what was accepted by an old version: the price is not compared
	AcceptedAt  time.Time
	InDoubt     bool // a publication of it is in progress, or the last one got no clear answer: what it changed is not known
	AskedAt     time.Time
	ShowsWithin time.Duration // how long the channel may take to show what it accepted
	Before      Mark
	Sells       bool // Towpath lists units of it, and has not struck it off
	PriceLeft   bool // its price is left to another tool
}

// Seen is one field of a listing as its channel shows it.
type Seen struct {
	Field  Field
	Ours   string // what the channel accepted
	Theirs string // what it shows; as ours: nobody else has set it
}

// Differs reports whether somebody else has set it.
func (s Seen) Differs() bool { return s.Ours != s.Theirs }

// goneWord is the status of a listing that its channel does not show any more.
const goneWord = "gone"

// Compare returns the listing's fields that can be compared with what the channel accepted, and what is to be remembered. Nothing is compared before the
// channel had the time to show it: nobody is to be suspected wrongly.
func (g Glimpse) Compare() (Mark, []Seen) {
	mark := g.Before
	if g.InDoubt || !g.AskedAt.After(g.AcceptedAt.Add(g.ShowsWithin)) {
		return mark, nil
	}
	if mark.Item != g.Item {
		mark = Mark{Item: g.Item, Title: g.Shown.Title}
	}
	off := g.Gone || g.Shown.State != StateLive
	mark.Live = mark.Live || !off
	var out []Seen
	shown := Price{Amount: g.Shown.Price, Currency: g.Shown.Currency}
	if g.Accepted.Known() && shown.Currency == g.Accepted.Currency && !g.PriceLeft && !g.Gone && g.Shown.State != StateEnded {
		out = append(out, Seen{FieldPrice, g.Accepted.String(), shown.String()})
	}
	if mark.Title != "" && g.Shown.Title != "" && !g.Gone {
		out = append(out, Seen{FieldTitle, mark.Title, g.Shown.Title})
	}
	if mark.Live {
		out = append(out, g.status())
	}
	return mark, out
}

// status compares whether buyers can buy. A channel takes what is sold out off sale by itself, and nobody misses what is struck off.
func (g Glimpse) status() Seen {
	s := Seen{FieldStatus, string(StateLive), string(g.Shown.State)}
	switch {
	case !g.Sells:
		s.Theirs = s.Ours
	case g.Gone:
		s.Theirs = goneWord
	}
	return s
}
