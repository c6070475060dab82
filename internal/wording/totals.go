package wording

import (
	"strings"
	"time"

	"github.com/towpath/towpath/internal/order"
)

// OrderTotals says what the orders of a list come to, all of them and not only those shown, without a full stop: "12 orders · 34 units ·
// 300.00 GBP". More than are counted are "more than 10,000 orders".
func OrderTotals(t order.Totals) string {
	if t.Many() {
		return Counted(t.Orders, order.MostCounted, "order", "orders") + ": filter them to see units and value"
	}
	if !t.Summed() {
		return Count(t.Orders, "order", "orders") + ": filter them to at most " + Number(order.MostSummed) + " to see units and value"
	}
	parts := []string{Count(t.Orders, "order", "orders")}
	if t.Orders > 0 {
		parts = append(parts, Count(t.Units, "unit", "units"))
	}
	for _, v := range t.Value {
		amount := Amount(v.Total, v.Currency)
		if amount == "" {
			amount = Count(v.Orders, "order", "orders") + " of unknown value"
		}
		parts = append(parts, amount)
	}
	return strings.Join(parts, " · ")
}

// DayEnds returns when the day of a moment ends in a zone. A day on which the clock changes has another length.
func DayEnds(now time.Time, zone *time.Location) time.Time {
	t := now.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, zone)
}
