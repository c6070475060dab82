package catalogue

import (
	"errors"
	"fmt"
	"strings"
)

// Held is something that holds a SKU as it is, so that it can't become a kit: stock, or lines of open orders.
type Held struct {
	SKU    string
	OnHand int // units at a location

	// Units that order lines have or want.
	Reserved    int
	Backordered int
	Packed      int  // in packages
	Unsent      bool // with Packed: the channel has not confirmed the package

	Times int // so many places or lines are alike
}

// RefuseKits returns why SKUs can't become kits: their stock would belong to nobody. Open order lines count before stock, because
// they take from it.
func RefuseKits(held []Held) map[string]error {
	onHand, lines := map[string]int{}, map[string]int{}
	for _, h := range held {
		onHand[h.SKU] += h.OnHand * h.Times
		if h.Reserved > 0 || h.Backordered > 0 || h.Packed > 0 && h.Unsent {
			lines[h.SKU] += h.Times
		}
	}
	refused := map[string]error{}
	for sku, n := range onHand {
		switch {
		case lines[sku] > 0:
			refused[sku] = fmt.Errorf("%s can't become a kit; open order lines that hold it as it is: %d. Ship or cancel them first", sku, lines[sku])
		case n > 0:
			refused[sku] = fmt.Errorf("%s can't become a kit: %d of it are on hand: remove them with `towpath stock count %s --quantity 0` and enter its parts instead", sku, n, sku)
		}
	}
	return refused
}

// MostKitsNamed is how many kits RefuseStock names.
const MostKitsNamed = 5

// RefuseStock returns an error that names the kits among the SKUs of a change of stock, or nil if there are none: a kit has no stock
// of its own.
func RefuseStock(kits []Kit) error {
	if len(kits) == 0 {
		return nil
	}
	var list []string
	for _, k := range kits[:min(len(kits), MostKitsNamed)] {
		list = append(list, fmt.Sprintf("%s is a kit of %s", k.SKU, PartsText(k.Parts)))
	}
	return errors.New(strings.Join(list, "; "))
}

// PartsText returns a kit's contents as text: "2 x MUG-RED, 1 x TOW-S".
func PartsText(parts []Part) string {
	list := make([]string, len(parts))
	for i, p := range parts {
		list[i] = fmt.Sprintf("%d x %s", p.Quantity, p.SKU)
	}
	return strings.Join(list, ", ")
}
