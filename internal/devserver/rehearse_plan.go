package devserver

import (
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/simulator/book"
)

// A rehearsal's buyers place one order every rehearsalSpacing of book time, on the marketplaces in turn, for a day.
const (
	rehearsalSpacing = 20 * time.Minute
	rehearsalOrders  = 72
	rehearsalBuyers  = 25
)

// rehearsalPlan returns a day's invented orders on the accounts: one or two units each of what the marketplaces list with a SKU.
func rehearsalPlan(all []goods, accounts []string) *book.Plan {
	goods := make(map[string][]goods)
	for _, g := range all {
		if g.SKU != "" {
			goods[g.Account] = append(goods[g.Account], g)
		}
	}
	at := time.Date(2026, time.March, 2, 8, 0, 0, 0, time.UTC)
	plan := &book.Plan{Start: at}
	for i := range rehearsalOrders {
		account := accounts[i%len(accounts)]
		goods := goods[account]
		if len(goods) == 0 {
			continue
		}
		n := i / len(accounts)
		first, second := goods[n%len(goods)], goods[(n*7+3)%len(goods)]
		lines := []book.Line{first.line(1 + n%2)}
		if n%3 == 2 && second.SKU != first.SKU {
			lines = append(lines, second.line(1))
		}
		plan.End = at.Add(time.Duration(i) * rehearsalSpacing)
		plan.Events = append(plan.Events, book.Event{At: plan.End, Kind: book.Place, Order: &book.Order{
			ID: strconv.Itoa(700001 + i), Account: account, Country: "United Kingdom", CustomerID: strconv.Itoa(20001 + i%rehearsalBuyers), Lines: lines,
		}})
	}
	return plan
}

// line returns an order line with this quantity of the item.
func (g goods) line(quantity int) book.Line {
	return book.Line{Code: g.SKU, SKU: g.SKU, Title: g.Title, Quantity: quantity, UnitPrice: g.Price}
}
