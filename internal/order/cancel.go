package order

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
)

// LineQuantity is a quantity of one line, by the channel's line id.
type LineQuantity struct {
	LineID   string `json:"lineId"`
	Quantity int    `json:"quantity"`
}

// Quantities returns the sum of the quantities of each line.
func Quantities(lines []LineQuantity) (map[string]int, error) {
	sum := map[string]int{}
	for _, l := range lines {
		if l.Quantity <= 0 || l.Quantity > stock.MaxUnits {
			return nil, fmt.Errorf("line %s has quantity %d, want 1 or more", l.LineID, l.Quantity)
		}
		sum[l.LineID] += l.Quantity
	}
	return sum, nil
}

// CheckCancellation returns the quantity to cancel per line; without lines, everything that is not shipped is cancelled.
func CheckCancellation(id string, lines []LineQuantity) (map[string]int, error) {
	if id == "" {
		return nil, errors.New("the cancellation needs an id that is unique within the order")
	}
	return Quantities(lines)
}

// CheckReturn returns the quantity returned per line.
func CheckReturn(key string, lines []LineQuantity) (map[string]int, error) {
	sum, err := Quantities(lines)
	if err == nil && (key == "" || len(sum) == 0) {
		err = errors.New("a key and at least one line are needed")
	}
	return sum, err
}

// KnowsLines returns a *stock.RefusedError that names the order's lines when asked has an unknown line.
func KnowsLines(asked map[string]int, lineIDs []string) error {
	for _, id := range slices.Sorted(maps.Keys(asked)) {
		if !slices.Contains(lineIDs, id) {
			return &stock.RefusedError{Why: fmt.Sprintf("the order has no line %q; it has %s", id, strings.Join(lineIDs, ", "))}
		}
	}
	return nil
}

// Cancel cancels units of lines, or all unshipped units when asked is empty. It returns a refusal when units are shipped or are
// being reported to the channel; then nothing may be written. Packed units go back to stock and out of their packages; all others
// are given up.
func (o *Order) Cancel(books *Allocation, packages *shipment.Unsent, asked map[string]int) (refusal string) {
	if o.State == Skipped {
		return "the order was skipped: " + o.Reason.Text()
	}
	if refusal := o.refuseDeleted(); refusal != "" {
		return refusal
	}
	everything := len(asked) == 0
	cancelled, shipped := 0, 0
	for _, l := range o.Lines {
		n := asked[l.LineID]
		if everything {
			n = l.Units.Open() + l.Units.Packed
		}
		shipped += l.Units.Shipped
		if n == 0 {
			continue
		}
		if refusal := l.refuseCancel(packages, n); refusal != "" {
			return refusal
		}
		done := books.Cancel(l, n)
		packages.Shrink(l.LineID, done.Reversed, false)
		cancelled += n
	}
	if cancelled == 0 && shipped > 0 {
		return fmt.Sprintf("%d units are shipped: register a return instead", shipped)
	}
	return ""
}

func (l *Line) refuseCancel(packages *shipment.Unsent, n int) string {
	_, would := l.Units.Cancel(n)
	switch inFlight := would.Reversed - packages.Loose(l.LineID); {
	case would.Refused > 0 && l.Units.Shipped > 0:
		return fmt.Sprintf("%d units are shipped: register a return instead", min(would.Refused, l.Units.Shipped))
	case would.Refused > 0:
		return fmt.Sprintf("line %s: %d units are to be cancelled, but only %d are left", l.LineID, n, n-would.Refused)
	case inFlight > 0:
		return fmt.Sprintf("line %s: %d units are being reported to the channel as shipped: wait for its answer, then cancel or register a return", l.LineID, inFlight)
	}
	return ""
}

// Return takes back shipped units, on hand when restocked, or returns why it can't. kitsNow has those SKUs of the order's lines
// that have become kits.
func (o *Order) Return(books *Allocation, back map[string]int, restock bool, kitsNow map[string]bool, at Shelf) (refusal string) {
	for _, id := range slices.Sorted(maps.Keys(back)) {
		if refusal := o.Line(id).refuseReturn(back[id], restock, kitsNow); refusal != "" {
			return refusal
		}
	}
	for _, id := range slices.Sorted(maps.Keys(back)) {
		l := o.Line(id)
		l.Returned += back[id]
		l.Changed = true
		if restock {
			books.Restock(l, back[id], at)
		}
	}
	return ""
}

func (l *Line) refuseReturn(n int, restock bool, kitsNow map[string]bool) string {
	if left := l.Units.Shipped - l.Returned; n > left {
		return fmt.Sprintf("line %s: %d units are to be returned, but %d are shipped and not returned yet", l.LineID, n, left)
	}
	if restock && l.SKU == "" {
		return fmt.Sprintf("line %s has no SKU to put the units back under: link it or write them off", l.LineID)
	}
	if restock && kitsNow[l.SKU] && len(l.Parts) == 0 {
		return fmt.Sprintf("line %s: %s was sold as it is and is a kit now: write the units off, and receive its parts", l.LineID, l.SKU)
	}
	return ""
}
