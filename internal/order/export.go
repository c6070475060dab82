package order

// Export is what decides whether an order is written into a file of orders to be packed.
type Export struct {
	State       State
	Paid        bool
	ProcessAt   Moment // when its account lets orders be processed
	Exported    bool   // an earlier file has it
	Test        bool   // it is of a test endpoint
	Observing   bool   // its account observes: its orders are packed through the merchant's older tool
	Backordered bool   // units wait for stock
	Unlinked    bool   // units wait for a link
	Held        bool   // it is not to be shipped without a person's word
}

// Wanted says which orders a file is to have beyond the usual ones.
type Wanted struct {
	Named  bool // the account was named: also orders of a test endpoint, and of an account that observes
	Repeat bool // also orders that an earlier file has
}

// LeftOut is the reason why an order to be packed is left out of an export.
type LeftOut string

// The reasons; the first that applies is used.
const (
	LeftExported    LeftOut = "exported"    // in an earlier file, and not packed yet
	LeftObserving   LeftOut = "observing"   // of an account that observes and was not named
	LeftUnpaid      LeftOut = "unpaid"      // not paid, and its account processes only paid orders
	LeftHeld        LeftOut = "held"        // not to be shipped without a person's word
	LeftUnlinked    LeftOut = "unlinked"    // units of listings without a SKU
	LeftBackordered LeftOut = "backordered" // units without stock
	LeftMore        LeftOut = "more"        // nothing keeps it out: this file has it, or beyond the limit the next
)

// Packs reports whether units of an order in this state may be packed.
func (s State) Packs() bool { return s == Open || s == Processing }

// ToBePacked reports whether an order in this state has units that wait to be packed, paid or not.
func (s State) ToBePacked() bool { return s.Packs() || s == AwaitingPayment }

func (e Export) ready() bool { return (&Order{Paid: e.Paid, ProcessAt: e.ProcessAt}).Ready() }

// LeftOut returns why the order is left out, or an empty string when no file lacks it: nothing of it waits to be packed, or it is
// of a test endpoint whose account was not named.
func (e Export) LeftOut(w Wanted) LeftOut {
	switch {
	case !e.State.ToBePacked() || e.Test && !w.Named:
		return ""
	case e.Exported && !w.Repeat:
		return LeftExported
	case e.Observing && !w.Named:
		return LeftObserving
	case e.State == AwaitingPayment || !e.ready():
		return LeftUnpaid
	case e.Held:
		return LeftHeld
	case e.Unlinked:
		return LeftUnlinked
	case e.Backordered:
		return LeftBackordered
	}
	return LeftMore
}

// Included reports whether a file has the order.
func (e Export) Included(w Wanted) bool { return e.LeftOut(w) == LeftMore }

// Packable reports whether the whole order can be packed, in whatever file it is.
func (e Export) Packable() bool { return e.Included(Wanted{Named: true, Repeat: true}) }

// Exports returns all that may be known of an order for which a rule holds. A store looks for orders of which one of these is
// true, so that the rule decides about all orders at once.
func Exports(rule func(Export) bool) []Export {
	var out []Export
	for _, state := range States() {
		for _, takeAt := range []Moment{AtPlaced, AtPaid} {
			for bits := range 1 << 7 {
				is := func(bit int) bool { return bits&(1<<bit) != 0 }
				e := Export{State: state, ProcessAt: takeAt, Paid: is(0), Exported: is(1), Test: is(2), Observing: is(3), Backordered: is(4), Unlinked: is(5), Held: is(6)}
				if rule(e) {
					out = append(out, e)
				}
			}
		}
	}
	return out
}

// ToPack returns how many units of a line are still to be packed and were not exported; 0 when the order may no longer be packed.
func (e Export) ToPack(reserved, exported int) int {
	if !e.State.Packs() || !e.ready() {
		return 0
	}
	return min(reserved, exported)
}
