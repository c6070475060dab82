package explain

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/wording"
)

// Around is how long before and after a moment the sales and pushes of a SKU are looked at.
const Around = 24 * time.Hour

// SKU is what the books have of a SKU around a moment.
type SKU struct {
	SKU    string    `json:"sku"`
	At     time.Time `json:"at"`
	Levels []Level   `json:"levels"` // per location
	Sales  []Sale    `json:"sales"`  // within Around, as they were saved
	Pushes []Push    `json:"pushes"` // within Around, and the last one before of each listing, as they were sent
}

// Level is the stock at a location, now and at the moment.
type Level struct {
	Location    string `json:"location"`
	OnHand      int    `json:"onHand"` // at the moment
	Reserved    int    `json:"reserved"`
	OnHandNow   int    `json:"onHandNow"`
	ReservedNow int    `json:"reservedNow"`
	Backordered int    `json:"backorderedNow"`
}

// Sale is a line of an order that sold the SKU.
type Sale struct {
	Account     string    `json:"account"`
	Reference   string    `json:"reference"`
	Units       int       `json:"units"`
	Backordered int       `json:"backordered"` // now
	Cancelled   int       `json:"cancelled"`   // of the units, by now
	PlacedAt    time.Time `json:"placedAt"`
	SeenAt      time.Time `json:"seenAt"` // when the channel's answer with it arrived
	SavedAt     time.Time `json:"savedAt"`
	ReservedAt  time.Time `json:"reservedAt,omitzero"` // its first unit; zero: none
}

// waited reports whether there was no stock for the sale when it was saved: it was oversold, as far as the books tell.
func (s Sale) waited() bool {
	return s.Backordered > 0 || s.ReservedAt.IsZero() || s.ReservedAt.Sub(s.SavedAt) > time.Second
}

// gaveUp says what became of a sale that never had stock and is cancelled. Whether that came before it was seen is not kept.
func (s Sale) gaveUp() string {
	if s.Cancelled == 0 || !s.ReservedAt.IsZero() {
		return ""
	}
	return fmt.Sprintf(" %s cancelled since, or before it was seen.", wording.Count(s.Cancelled, "unit of it was", "units of it were"))
}

// Push is a level that was sent to a listing.
type Push struct {
	Account    string    `json:"account"`
	ChannelSKU string    `json:"channelSku"`
	Quantity   int       `json:"quantity"`
	SentAt     time.Time `json:"sentAt"`
	AckedAt    time.Time `json:"ackedAt,omitzero"` // zero: it was not accepted
	Fault      string    `json:"fault,omitempty"`
	RequestID  string    `json:"requestId,omitempty"`
}

// Stage is a part of the way from a sale on one channel to the level that another channel lists.
type Stage string

// The stages, in their order: a sale that comes within one could not be prevented by what comes after it.
const (
	StageSeen  Stage = "sold, not seen yet"
	StageSaved Stage = "seen, not saved yet"
	StagePush  Stage = "saved, not pushed yet"
	StageAck   Stage = "pushed, not acknowledged yet"
	StageShown Stage = "acknowledged"
)

// Oversale is a sale for which there was no stock, and where the level that should have prevented it was at that moment.
type Oversale struct {
	Sale   Sale      `json:"sale"`
	Before *Sale     `json:"before,omitempty"` // the sale that took the stock; nil: none is in the window
	Push   *Push     `json:"push,omitempty"`   // the first one after that to the account that oversold; nil: none
	Stage  Stage     `json:"stage,omitempty"`  // at which the sale came; empty: not known
	From   time.Time `json:"from,omitzero"`    // the window in which it could be oversold: from the sale before
	To     time.Time `json:"to,omitzero"`      // to the acknowledgement; zero: it is open
	Says   string    `json:"says"`
}

// Oversales finds the sales without stock, and the window in which each could happen.
func Oversales(k SKU) []Oversale {
	var out []Oversale
	for _, s := range k.Sales {
		if !s.waited() {
			continue
		}
		o := Oversale{Sale: s, Before: k.before(s)}
		if o.Before != nil {
			o.judge(k)
		} else {
			o.Says = fmt.Sprintf("Order %s of %s was sold without stock; no earlier sale within %s took it: it was gone before, or never there.%s",
				s.Reference, s.Account, wording.Took(Around), s.gaveUp())
		}
		out = append(out, o)
	}
	return out
}

// before returns the last sale before another that got stock: the one that took what was left.
func (k SKU) before(s Sale) *Sale {
	var last *Sale
	for i, b := range k.Sales {
		if b.waited() || b.ReservedAt.After(s.SavedAt) || b.Reference == s.Reference && b.Account == s.Account {
			continue
		}
		if last == nil || b.ReservedAt.After(last.ReservedAt) {
			last = &k.Sales[i]
		}
	}
	return last
}

// judge finds the stage at which the sale came.
func (o *Oversale) judge(k SKU) {
	b, s := *o.Before, o.Sale
	o.From = b.PlacedAt
	for i, p := range k.Pushes {
		if p.Account == s.Account && !p.SentAt.Before(b.SavedAt) && !p.AckedAt.IsZero() {
			o.Push, o.To = &k.Pushes[i], p.AckedAt
			break
		}
	}
	switch at := s.PlacedAt; {
	case at.Before(b.SeenAt):
		o.Stage = StageSeen
	case at.Before(b.SavedAt):
		o.Stage = StageSaved
	case o.Push == nil || at.Before(o.Push.SentAt):
		o.Stage = StagePush
	case at.Before(o.Push.AckedAt):
		o.Stage = StageAck
	default:
		o.Stage = StageShown
	}
	until := "no level was accepted by " + s.Account + " since"
	if !o.To.IsZero() {
		until = s.Account + " accepted the new level " + wording.Moment(o.To)
	}
	o.Says = fmt.Sprintf("Order %s of %s was sold %s without stock. Order %s of %s had taken it, sold %s; %s. The sale came at the stage: %s. %s%s",
		s.Reference, s.Account, wording.Moment(s.PlacedAt), b.Reference, b.Account, wording.Moment(b.PlacedAt), until, o.Stage, o.Stage.means(), s.gaveUp())
}

// means says what would make the stage shorter.
func (s Stage) means() string {
	switch s {
	case StageSeen:
		return "No scan had read the other sale: only more frequent scans or a buffer help."
	case StageSaved:
		return "The scan was slow to save: look at its run."
	case StagePush:
		return "The level waited: an account that was paused, a used budget or the brake. See `towpath status` and `towpath levels held`."
	case StageAck:
		return "The channel had not answered: feeds take minutes. A buffer helps."
	case StageShown:
		return "The channel sold although it had accepted the level: it applies levels late, or another tool sets them."
	}
	return ""
}

// NotKept says what is not kept of a SKU's past, so that nobody looks for it.
func NotKept() []string {
	return []string{
		"What a channel listed at a moment is not kept, only what it was sent and when it accepted that.",
		"Units that waited for stock are known as they are now; a sale whose first unit was reserved after it was saved counts as one that waited.",
		"Sales of listings without a link move no stock and are not here, nor are those that were cancelled before they got any.",
	}
}

// LastPushes returns the last accepted push of each listing at the moment, and the first after it.
func (k SKU) LastPushes() (before, after []Push) {
	last, next := map[string]Push{}, map[string]Push{}
	for _, p := range k.Pushes {
		name := p.Account + "\x00" + p.ChannelSKU
		if _, known := next[name]; !p.SentAt.After(k.At) {
			last[name] = p
		} else if !known {
			next[name] = p
		}
	}
	list := func(m map[string]Push) (out []Push) {
		for _, p := range m {
			out = append(out, p)
		}
		slices.SortFunc(out, func(a, b Push) int {
			return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.ChannelSKU, b.ChannelSKU))
		})
		return out
	}
	return list(last), list(next)
}
