package order

import (
	"cmp"
	"slices"

	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
)

// Intake decides what a page of snapshots changes in the books. Its steps come in this order, and between them the caller reads and
// locks what the next one needs:
//
//	NewIntake    leaves out what can't be used, keeps the newest of each id
//	Classify     against the known orders: which are new, changed, unchanged
//	             the caller gives the new orders row ids, and opens the levels at Places
//	Release      what sets units free or takes them out of the books; and where new orders go, and those whose country changed
//	Fill         of the allocation: what became free goes first to those who have waited longest
//	AddUnits     new units, who placed first comes first
//	UpdateStates the states, and what is pending in the outbox
type Intake struct {
	Policy       Policy
	Reading      Reading            // why the page was read
	Items        map[string]Item    // what the channel's SKUs sell on this account; of a test endpoint none is known
	Arrivals     []*Arrival         // new and changed orders
	StillPending []*Order           // known and unchanged, but their outbox is still pending
	Results      []Result           // of what is saved, skipped or can't be used, for the run's register
	Packed       map[int64][]Packed // by row id: the packages of known orders that are neither refused nor void, by number
	Went         map[int64]Went     // by row id: where the orders go that have packages
	Others       []*Order           // orders outside the page that have units of its lines; once moved, those whose lines moved into it
	Same         int                // snapshots that say nothing new
	Left         int                // snapshots of orders that this reading does not take up

	page     []Snapshot
	newest   map[string]int    // id to the place in page
	movedTo  map[string]*Order // line id to the order that has it, where several orders show it
	byRow    map[int64]*Arrival
	packages Packages // as given to Release
	seenAt   int64    // when the page was read
}

// Arrival is an order of the page that is new, or shown otherwise than before.
type Arrival struct {
	Shown   Snapshot
	Order   *Order
	Known   bool // it was in the books
	Pending bool // its outbox is pending
	Booked  bool // its units are booked with this page

	status    Fulfilment
	before    State
	undecided Undecided         // before the page
	bound     []string          // locations among which its reservations choose again; none: they stay
	at        map[string]string // by line id: where its units are, apart from the order's location
}

// Result is the outcome for a snapshot.
type Result struct {
	Shown  Snapshot
	Reason string // why it is in error or skipped; of a saved one why units of it are unlinked
	Kind   ResultKind
}

// ResultKind is the kind of a Result.
type ResultKind int

// The kinds of results.
const (
	ResultUnusable ResultKind = iota // it can't be saved
	ResultSkipped                    // it is noted, and not put into the books
	ResultSaved
	ResultContradiction // it says what can't be reconciled with what was done here: a person decides
)

// NewIntake begins with a page of snapshots.
func NewIntake(p Policy, page []Snapshot) *Intake {
	in := &Intake{Policy: p, page: page, newest: map[string]int{}}
	for i, s := range page {
		if reason := s.Unusable(); reason != "" {
			in.Results = append(in.Results, Result{Shown: s, Reason: reason, Kind: ResultUnusable})
			continue
		}
		if j, ok := in.newest[s.ID]; ok {
			in.Same++
			if s.UpdatedAt.Before(page[j].UpdatedAt) {
				continue
			}
		}
		in.newest[s.ID] = i
	}
	return in
}

// IDs returns the ids of the orders on the page.
func (in *Intake) IDs() []string {
	var out []string
	for i, s := range in.page {
		if j, ok := in.newest[s.ID]; ok && i == j {
			out = append(out, s.ID)
		}
	}
	return out
}

// Classify sorts the page's orders into new, changed and unchanged ones by comparing them with known, by id. seenAt is when the page
// was read, in UTC microseconds.
func (in *Intake) Classify(known map[string]*Order, seenAt int64) {
	in.seenAt = seenAt
	for i, s := range in.page {
		if j, ok := in.newest[s.ID]; !ok || i != j {
			continue
		}
		o, ok := known[s.ID]
		if !ok && in.Reading.KnownOnly {
			in.Left++
			continue
		}
		if ok && (in.Reading.Report || !newer(s, in.Policy.Status(s), o)) {
			in.Same++
			if o.Pending() {
				in.StillPending = append(in.StillPending, o)
			}
			continue
		}
		in.Arrivals = append(in.Arrivals, in.arrive(s, o, seenAt))
	}
}

// newer reports whether a snapshot differs from the known order and is not older.
func newer(s Snapshot, status Status, known *Order) bool {
	return s.Version() > known.Version || s.Version() == known.Version && s.Digest(status) != known.Digest
}

func (in *Intake) arrive(s Snapshot, known *Order, seenAt int64) *Arrival {
	status := in.Policy.Status(s)
	a := &Arrival{Shown: s, Order: known, Known: known != nil, status: status.Fulfilment()}
	before := ""
	if known == nil {
		a.Order = &Order{SeenAt: seenAt, Location: in.Policy.RouteTo(s.country(""))[0], ProcessAt: in.Policy.ProcessAt}
		if !s.PlacedAt.IsZero() {
			a.Order.PlacedAt = s.PlacedAt.UnixMicro()
		}
	} else {
		before = known.Country
		a.before, a.undecided, a.Pending = known.State, known.Undecided(), known.Pending()
		a.bound = in.Policy.moves(known, s.country(before))
	}
	a.Order.describe(s, status)
	a.Order.holdAs(s, status, seenAt)
	a.Order.Country = s.country(before)
	a.decide(in.Policy)
	if a.Order.State != Skipped {
		a.locate()
	}
	return a
}

// Decisions reports whether the page changes what a person has to decide about any order.
func (in *Intake) Decisions() bool {
	return len(in.Others) > 0 || slices.ContainsFunc(in.Arrivals, func(a *Arrival) bool { return a.undecided != a.Order.Undecided() })
}

// decide sets whether the order is skipped. One that was saved stays so; a skipped one is decided again with every version.
func (a *Arrival) decide(p Policy) {
	if a.Known && a.before != Skipped {
		return
	}
	a.Order.State, a.Order.Reason = Skipped, p.Skips(a.Shown)
	if a.Order.Reason == "" {
		a.Booked = true
		a.Order.State = Open // until the units say more
		a.Order.Location = p.RouteTo(a.Order.Country)[0]
	}
}

// New returns the orders without a row, in the order they were placed.
func (in *Intake) New() []*Arrival {
	out := slices.DeleteFunc(slices.Clone(in.Arrivals), func(a *Arrival) bool { return a.Known })
	slices.SortStableFunc(out, placedFirst)
	return out
}

// oldestFirst returns the arrivals in the order in which they choose a location and get their units.
func (in *Intake) oldestFirst() []*Arrival {
	return slices.SortedStableFunc(slices.Values(in.Arrivals), placedFirst)
}

func placedFirst(a, b *Arrival) int { return cmp.Compare(a.Order.PlacedAt, b.Order.PlacedAt) }

// ChannelSKUs returns the channel's SKUs whose items are needed; none at a test endpoint, whose orders never affect real stock.
func (in *Intake) ChannelSKUs() []string {
	wanted := map[string]bool{}
	var out []string
	for _, a := range in.Arrivals {
		for _, l := range a.Shown.Lines {
			if l.SKU != "" && !wanted[l.SKU] && !in.Policy.Test {
				wanted[l.SKU] = true
				out = append(out, l.SKU)
			}
		}
	}
	return out
}

// KnownOrders returns the row ids of the orders whose lines must be read; MayGo says where their units may go.
func (in *Intake) KnownOrders() (rowIDs []int64) {
	in.byRow = map[int64]*Arrival{}
	for _, a := range in.Arrivals {
		if a.Known {
			rowIDs = append(rowIDs, a.Order.RowID)
			in.byRow[a.Order.RowID] = a
		}
	}
	for _, o := range in.Others {
		rowIDs = append(rowIDs, o.RowID)
	}
	return rowIDs
}

// Places returns where the page may reserve units, apart from the lines of known orders.
func (in *Intake) Places() []stock.Place {
	var out []stock.Place
	for _, a := range in.Arrivals {
		if a.Order.State == Skipped {
			continue
		}
		for _, l := range a.Shown.Lines {
			out = append(out, in.Items[l.SKU].Places(a.locationOf(l))...)
			if l.Location == "" {
				for _, location := range in.among(a) {
					out = append(out, in.Items[l.SKU].Places(location)...)
				}
			}
		}
	}
	return out
}

// SetLines sets the lines of known orders, as read under the locks, and returns the row ids of orders with packed units.
func (in *Intake) SetLines(lines []*Line) (packed []int64) {
	byOrder := map[int64]*Order{}
	for _, o := range in.Others {
		byOrder[o.RowID] = o
	}
	for _, a := range in.Arrivals {
		if a.Known {
			byOrder[a.Order.RowID] = a.Order
		}
	}
	for _, l := range lines {
		o := byOrder[l.OrderID]
		o.Lines = append(o.Lines, l)
		if l.Units.Packed > 0 {
			packed = append(packed, l.OrderID)
		}
	}
	for _, a := range in.Arrivals {
		a.fillLines()
	}
	in.MoveLines(in.Others)
	return packed
}

// WithPackages returns the row ids of the known orders of which units are packed, or were: their packages must be read.
func (in *Intake) WithPackages() (rowIDs []int64) {
	for _, a := range in.Arrivals {
		if a.Known && slices.ContainsFunc(a.Order.Lines, func(l *Line) bool { return l.Units.Packed+l.Units.Shipped > 0 }) {
			rowIDs = append(rowIDs, a.Order.RowID)
		}
	}
	return rowIDs
}

// fillLines gives a version without lines the known ones, when the channel calls the whole order cancelled or shipped.
func (a *Arrival) fillLines() {
	if len(a.Shown.Lines) > 0 || a.status != FulfilmentCancelled && a.status != FulfilmentShipped {
		return
	}
	for _, l := range a.Order.Lines {
		a.Shown.Lines = append(a.Shown.Lines, SnapshotLine{
			ID: l.LineID, SKU: l.ChannelSKU, Title: l.Title, Quantity: l.Quantity, UnitPrice: l.UnitPrice, Total: l.Total,
			Shipped: l.ShownShipped, Cancelled: l.ShownCancelled, Tax: l.Tax, Discount: l.Discount, Sender: l.Sender,
		})
	}
}

// Packages maps an order's row id to its unsent packages.
type Packages map[int64]*shipment.Unsent
