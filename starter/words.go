package starter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// The functions below convert the store's rows and the workflows' statuses for package wording, for the command line
// and the console alike.

// ConditionOf returns the account's condition in words.
func ConditionOf(a accounts.Account) wording.Said {
	return wording.Account{Enabled: a.Enabled, Paused: a.Paused, PausedWork: a.PausedText(), Observing: a.Observing, Sample: a.Sample, GoingBack: a.GoingBack}.Condition()
}

// Words returns the account at this moment for package wording. live: Temporal answers.
func (a AccountNow) Words(live bool) wording.Account {
	return wording.Account{
		Enabled: a.Enabled, Paused: a.Paused, PausedWork: a.PausedText(), OrdersPaused: !a.Does(account.Orders), StockPaused: !a.Does(account.Stock), Observing: a.Observing, Sample: a.Sample, GoingBack: a.GoingBack, Unsent: a.Dirty, Refused: a.Refused,
		NoTemporal: !live || a.Orders.AsOf.IsZero(), Age: a.Orders.Age(), Scanning: len(a.Orders.Running) > 0, Stopped: a.Orders.Paused, Scan: a.Scan, Push: a.Stock,
		ScanAsked: a.Waits[runs.RunOrders].Until, PushAsked: a.Waits[runs.RunStock].Until,
	}
}

// Summary returns the overall state for package wording. needs are the things that need a person, from package
// incident.
func (n Now) Summary(needs []incident.Need, at time.Time) wording.Summary {
	s := wording.Summary{Accounts: len(n.Accounts), NeedYou: len(incident.ForYou(needs))}
	for _, a := range n.Accounts {
		s.Ending += min(len(a.Warnings(at)), 1)
		s.Faults += a.Faults
		s.Uncured += Uncured(a.AccountSummary, needs)
		s.Unsent += a.Dirty
		if len(a.Orders.Running) > 0 && (a.Scan == nil || wording.AtWork(a.Scan)) {
			s.Scans++
		}
	}
	return s
}

// Uncured returns how many of an account's faults of the last hour belong to what waits for a person.
func Uncured(a store.AccountSummary, needs []incident.Need) (n int) {
	for code, faults := range a.ByCode {
		if slices.ContainsFunc(needs, func(need incident.Need) bool { return need.Explains(a.ID, code) }) {
			n += faults
		}
	}
	return n
}

// OrderWords returns an order for package wording, with its dates in a time zone. failing is the status of the workflow whose last call failed, unread a newer version
// that can't be read; nil: none. needs tell which packages wait for a pause.
func OrderWords(d orders.OrderDetail, zone *time.Location, failing *message.Status, unread *AsideOrder, needs []incident.Need) wording.Order {
	o := wording.Order{
		Reference: d.Reference, State: d.State, Reason: d.Reason, Units: d.Units, Location: d.Locations(),
		Test: d.Key.Account.Endpoint == "test", Failing: failing, Zone: zone,
		Contradiction: d.Contradiction, Kept: d.Kept, ContradictedAt: d.ContradictedAt, NotBefore: d.NotBefore,
	}
	if d.Deleted != nil {
		o.Deleted = wording.Deletion{By: d.Deleted.By, Reason: d.Deleted.Reason, At: d.Deleted.At}
	}
	for _, h := range d.Holds {
		o.Holds = append(o.Holds, wording.Hold{Hold: h.Hold, Lifted: h.Lifted, Text: h.Text()})
	}
	o.Cancel = CancelWords(d.Reference, d.Cancel)
	if unread != nil {
		o.Newer = wording.Newer{Seen: unread.LastSeen, Fault: unread.Fault, Words: unread.Words}
	}
	for _, p := range d.Packages {
		o.Packages = append(o.Packages, p.State)
	}
	for _, p := range d.Parked {
		o.Parked = append(o.Parked, ParkedWords(p, needs))
	}
	return o
}

// CancelWords returns the cancellation of an order on its channel for package wording; nil: there is none.
func CancelWords(reference string, c *orders.ChannelCancel) *wording.Cancel {
	if c == nil {
		return nil
	}
	return &wording.Cancel{Reference: reference, Declines: c.Declines, State: c.State, Page: c.Page, SentAt: c.SentAt, Fault: c.Fault}
}

// ParkedWords returns something parked for package wording. needs tell whether it waits for a pause.
func ParkedWords(p incidents.Parked, needs []incident.Need) wording.Parked {
	return wording.Parked{Account: p.Account, Package: p.Package, Since: p.Since, Fault: p.Fault, Reason: p.Reason, UntilLive: HeldUntilLive(p), EndsPause: EndsPause(p, needs)}
}

// RunWords returns a run for package wording.
func RunWords(r runs.Run) wording.Run {
	return wording.Run{Ended: !r.EndedAt.IsZero(), Failed: r.FaultID != "" || r.FaultClass != "", Class: r.FaultClass, Code: r.FaultCode, Counts: r.Counts}
}

// PublicationWords returns a publication for package wording.
func PublicationWords(p publications.Publication) wording.Publication {
	return wording.Publication{Started: !p.StartedAt.IsZero(), Ended: !p.EndedAt.IsZero(), Stopped: p.Stopped, DryRun: p.DryRun, Wrong: p.Counts.Invalid + p.Counts.Refused}
}

// ListedWords returns an account's listing of a SKU for package wording.
func ListedWords(l ledger.StockListed) wording.Listed {
	return wording.Listed{Fulfils: l.Fulfils, StruckOff: l.StruckOff, Left: l.Left, Observing: l.Observing, Paused: l.Paused, Refused: l.Refused, Braked: l.Braked, Waits: l.Waits, Sent: !l.SentAt.IsZero(),
		EndedAt: l.EndedAt, Relists: l.Relists, Stocked: l.Listed > 0, Later: Later(l.WaitsUntil, l.Revisions)}
}

// GoLiveWords returns the reasons for and against an account's going live for package wording.
func GoLiveWords(a accounts.Account, d levels.Diff) wording.GoLive {
	return wording.GoLive{Account: a.ID, Scanned: !a.Watermark.IsZero(), Imported: d.Imported, Stocked: d.Stocked, Listings: d.Listings, Risky: d.Risky, Bears: d.Bears}
}

// ItemTone returns the tone of a run item's status.
func ItemTone(s runs.ItemStatus) wording.Tone {
	switch s {
	case runs.ItemDone:
		return wording.Good
	case runs.ItemPending:
		return wording.Busy
	case runs.ItemError:
		return wording.Bad
	case runs.ItemSkipped:
	}
	return wording.Quiet
}

// Setting is one of an account's settings, in words for an operator.
type Setting struct{ Name, Value, Note string }

// SettingsOf returns an account's settings of the accounts file.
func SettingsOf(a accounts.Account) []Setting {
	most := "no cap"
	if a.Cap < stock.NoCap {
		most = wording.Number(a.Cap)
	}
	list := []Setting{
		{"Dates are shown in", a.Zone().String(), "and its days begin there"},
		{"Orders are saved in", a.OrderLocation, ""},
		{"Shipped from elsewhere", pairs(a.ShipFrom), "by country; an order without an address yet is held at " + a.OrderLocation},
		{"Routing", routingText(a), "the first location that has all of an order; none: " + wherePartedText(a.Split)},
		{"Lists the stock of", strings.Join(a.StockLocations, ", "), ""},
		{"Buffer and cap", wording.Count(a.Buffer, "unit", "units") + ", " + most, "never listed, and the most that is listed"},
		{"Reserves stock when", string(a.ReserveAt), ""},
		{"Lets orders be processed when", string(a.ProcessAt), "until then their stock is held all the same"},
		{"Statuses of its own", pairs(a.Statuses), ""},
		{"Done to listings", a.Listings.String(), ""},
		{"When sold out", map[accounts.AtZero]string{accounts.KeepAtZero: "the listing stays", accounts.EndAtZero: "the listing ends"}[a.AtZero], ""},
	}
	if a.AtZero == accounts.EndAtZero {
		list[len(list)-1].Note = atZeroNote(a)
	}
	return append(list, Setting{"Prices wait for you when", brakeText(a.PriceBrake.OrDefault()), "or below what the goods cost; see `towpath publish held`"})
}

// brakeText returns an account's price brake as one text.
func brakeText(b listing.Brake) string {
	text := fmt.Sprintf("changed by more than %d%%, or more than %s at once", b.Percent, wording.Number(b.Many))
	if b.Floor.Known() {
		text += ", or below " + b.Floor.String()
	}
	return text
}

// atZeroNote returns what the setting at_zero: end means with the account's others, and what it costs.
func atZeroNote(a accounts.Account) string {
	note := "after 15 minutes at 0; put up again when there is stock"
	if !a.Listings.Relist {
		note = "after 15 minutes at 0; not put up again, because relist is off"
	}
	if a.Channel == channel.EBay {
		note += "; on eBay an ended listing that is put up again gets a new id and loses its history, so `at_zero: keep` is better"
	}
	return note
}

// routingText returns the setting as one text, the first entry that serves a country counts.
func routingText(a accounts.Account) string {
	var list []string
	for _, r := range a.Routing {
		countries := strings.Join(r.Countries, ", ")
		if countries == "" {
			countries = "all others"
		}
		list = append(list, countries+": "+strings.Join(r.Locations, ", "))
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, "; ")
}

func wherePartedText(split bool) string {
	if split {
		return "its lines are parted among them"
	}
	return "it waits at the first"
}

// pairs returns a setting with named values as one text, as the accounts file has it.
func pairs[V ~string](m map[string]V) string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, key+": "+string(m[key]))
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}
