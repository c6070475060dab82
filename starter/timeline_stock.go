package starter

import (
	"fmt"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/wording"
)

// moved says what a movement of an order did to the stock of a SKU at a location.
func moved(m ledger.Movement) string {
	switch m.Kind {
	case stock.Reserve:
		return fmt.Sprintf("%s of %s reserved at %s", wording.Count(m.Reserved, "unit", "units"), m.SKU, m.Location)
	case stock.Release:
		return fmt.Sprintf("%s of %s at %s free again", wording.Count(-m.Reserved, "unit", "units"), m.SKU, m.Location)
	case stock.Ship:
		return fmt.Sprintf("%s of %s packed: away from the shelf at %s", wording.Count(-m.OnHand, "unit", "units"), m.SKU, m.Location)
	case stock.Reverse:
		return fmt.Sprintf("%s of %s unpacked: back on the shelf at %s", wording.Count(m.OnHand, "unit", "units"), m.SKU, m.Location)
	case stock.Return:
		return fmt.Sprintf("%s of %s came back from the buyer to %s", wording.Count(m.OnHand, "unit", "units"), m.SKU, m.Location)
	default: // a movement that no order causes
		return fmt.Sprintf("%s of %s at %s: on hand %s, reserved %s", m.Kind, m.SKU, m.Location, wording.Change(m.OnHand), wording.Change(m.Reserved))
	}
}
