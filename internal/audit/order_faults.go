package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/books"
)

// holds are the order faults for which an order is to be held, until a person says otherwise.
var holds = map[faults.Kind]order.Hold{
	faults.BuyerCancels: order.HoldBuyerCancels, faults.Refunded: order.HoldRefunded, faults.UnknownStatus: order.HoldUnmapped,
}

// contradicting are the order faults that can contradict what was done here.
var contradicting = []faults.Kind{faults.Unfulfil, faults.Reopen, faults.LineGone, faults.MovedLine, faults.SKUChanged, faults.AddressChanged, faults.UnitsAdded}

// justified reports whether an order is held for a reason that its marketplace gives, or that is told from elsewhere: from where its lines ship,
// by a person, or because it is not paid.
func justified(h order.Hold, k faults.Kind, o market.Order) bool {
	switch h {
	case order.HoldParted, order.HoldByHand:
		return true
	case order.HoldOnChannel:
		return !o.Paid || o.OnHold != "" && !o.Scheduled()
	case order.HoldNotYet:
		return o.Scheduled()
	case order.HoldBuyerCancels, order.HoldRefunded, order.HoldUnmapped:
	}
	return h == holds[k]
}

// behind reports whether the marketplace has changed the order since the store read it; some show whole seconds.
func (s *saved) behind(o market.Order) bool { return s.Version/1e6 < o.UpdatedAt.Unix() }

// unheld returns why an order that may not be shipped yet is wrongly not held, or an empty string.
func (s *saved) unheld(o market.Order) string {
	if !o.Paid || o.OnHold == "" || s.behind(o) || !s.State.ToBePacked() {
		return ""
	}
	want := order.HoldOnChannel
	if o.Scheduled() {
		want = order.HoldNotYet
	}
	if s.Holds.Has(want) {
		return ""
	}
	return fmt.Sprintf("it is %s, and not held: %s", s.State, want)
}

// struck returns what the marketplace's ledger says has gone wrong with an order.
func (t *truth) struck(key orderKey) faults.Kind { return t.faulted[key] }

// excused returns the units of a line that have ended in the store while the marketplace shows them as open: it took back its word, and
// the store shows that as a contradiction, or released a refunded order.
func (a *auditor) excused(key orderKey, s *saved, l market.Line) (shipped, cancelled int) {
	u := s.lines[l.ID].Units
	switch k := a.truth.struck(key); {
	case s.Contradiction != "" && k == faults.Unfulfil:
		return max(0, u.Shipped-l.Shipped), 0
	case s.Contradiction != "" && k == faults.Reopen, s.Holds.Has(order.HoldRefunded) && k == faults.Refunded:
		return 0, max(0, u.Cancelled-l.Cancelled)
	}
	return 0, 0
}

// sentCancelled returns how many units of a line were shipped here and cancelled on the marketplace before it showed them as shipped: it
// took a package and did not keep it (faults.NeverShown), and the store shows a contradiction.
func sentCancelled(s *saved, l market.Line) int {
	if s.Contradiction == "" {
		return 0
	}
	u := s.lines[l.ID].Units
	return max(0, min(u.Shipped-l.Shipped, l.Cancelled-u.Cancelled))
}

// expected returns how many units of a line the store must show as open or packed.
func (a *auditor) expected(key orderKey, o market.Order, s *saved, l market.Line) int {
	if o.MovedTo != "" || l.Location == market.ServiceLocation {
		return 0
	}
	shipped, cancelled := a.excused(key, s, l)
	return l.Unshipped() - shipped - cancelled
}

// gone returns the stored lines that the marketplace does not show any more. Those of an order that was first seen when it had none are
// missing on the other side.
func (a *auditor) gone(key orderKey, o market.Order, s *saved) (all []books.AuditLine) {
	for id, l := range s.lines {
		if a.truth.struck(key) == faults.LineGone && !slices.ContainsFunc(o.Lines, func(l market.Line) bool { return l.ID == id }) {
			all = append(all, l)
		}
	}
	return all
}

// neverShown reports whether the marketplace has never shown the order's lines.
func (a *auditor) neverShown(key orderKey, s *saved) bool {
	return a.truth.struck(key) == faults.CancelWithoutLines && s.State == order.Skipped && len(s.lines) == 0
}

// orderFaults checks that the store shows whatever the marketplaces have done to orders, and nothing else of the kind.
func (a *auditor) orderFaults() check {
	c := check{Check{Name: "what channels did to orders is noticed"}}
	sku := make(map[orderKey]string)
	for _, l := range a.books.Listings {
		sku[orderKey{l.Account, l.ChannelSKU}] = l.SKU
	}
	happened := make(map[faults.Kind]int)
	contradicted, held := 0, 0
	for key, o := range a.truth.orders {
		k, s := a.truth.struck(key), a.saved[key]
		if happened[k]++; s == nil {
			continue // ordersSaved says so
		}
		name := key.account + " " + key.id
		left := slices.ContainsFunc(o.Lines, func(l market.Line) bool { return sentCancelled(s, l) > 0 })
		if s.Contradiction != "" && !slices.Contains(contradicting, k) && !left {
			c.fail("%s is contradicted (%s), and its marketplace has done nothing", name, s.Contradiction)
		}
		for _, h := range s.Holds.List() {
			if !justified(h, k, o) && !s.behind(o) {
				c.fail("%s is held (%s), and its marketplace gives no reason", name, h)
			}
		}
		if s.Contradiction != "" && s.Contradiction != s.Kept {
			contradicted++
		}
		if s.Holds != "" && s.Waits() {
			held++
		}
		if why := cmp.Or(s.unheld(o), a.unnoticed(key, o, s, sku)); why != "" {
			c.fail("%s: %s: %s", name, k, why)
		}
	}
	var parts []string
	for _, k := range faults.OrderFaults() {
		if happened[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", happened[k], k))
		}
	}
	c.Result = cmp.Or(strings.Join(parts, ", "), "nothing")
	if contradicted+held > 0 {
		c.Result += fmt.Sprintf("; %d contradicted and %d held orders wait for a person", contradicted, held)
	}
	return c
}

// unnoticed returns what the store does not show of what has gone wrong with an order, or an empty string.
func (a *auditor) unnoticed(key orderKey, o market.Order, s *saved, sku map[orderKey]string) string {
	k, packed := a.truth.struck(key), 0
	for _, l := range s.lines {
		packed += l.Units.Packed + l.Units.Shipped
	}
	switch {
	case holds[k] != "" && s.State != order.Cancelled && !s.Holds.Has(holds[k]):
		return fmt.Sprintf("it is %s, and not held", s.State)
	case holds[k] != "" && packed > 0 && !s.Allowed.Has(holds[k]):
		return fmt.Sprintf("%d units of it left, and nobody has allowed it", packed)
	case k == faults.ServiceShips, k == faults.NoShipping:
		for _, l := range o.Lines {
			if (l.NotStocked || l.Location == market.ServiceLocation) && s.lines[l.ID].Sender == order.SenderUs && s.State != order.Skipped {
				return "line " + l.ID + " is not the merchant's to ship"
			}
		}
	case k == faults.LineGone:
		for _, l := range a.gone(key, o, s) {
			if l.Units.Alive() > 0 && s.Contradiction == "" {
				return fmt.Sprintf("%d units of line %s, which is gone, are open, packed or shipped", l.Units.Alive(), l.LineID)
			}
		}
	case k == faults.SKUChanged && s.Contradiction == "" && s.State != order.Skipped:
		l := o.Lines[0]
		if have := s.lines[l.ID].SKU; have != sku[orderKey{key.account, l.SKU}] {
			return fmt.Sprintf("line %s is of %s, and the store has %s", l.ID, l.SKU, have)
		}
	case k == faults.AddressChanged && o.Afterwards() && s.Contradiction == "" && !s.behind(o) && !a.books.Withheld[key.account]:
		return "its address was changed when a part of it had left, and nobody is told"
	case k == faults.MovedLine && a.saved[orderKey{key.account, o.MovedTo}] == nil:
		return "its lines are in order " + o.MovedTo + ", which is not saved"
	}
	return ""
}
