package store

import (
	"context"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/order"
)

// mapStatuses lets the account's settings overrule what the adapter made of the channel's status words. It comes
// before anything is compared: a setting that changes makes another content of the same version, so that
// the next scan of all open orders judges them anew.
func (p *pageSave) mapStatuses(context.Context) error {
	if len(p.account.Statuses) == 0 {
		return nil
	}
	p.page.Orders = slices.Clone(p.page.Orders)
	for i, o := range p.page.Orders {
		if s, ok := p.account.statusOf(o.ChannelStatus); ok {
			p.page.Orders[i].Fulfilment = order.Fulfilment(s)
		}
	}
	return nil
}

// statusOf finds what the account maps a channel's status to: the whole text first, then each word of it, as
// a status may be made of several (eBay "NOT_STARTED, PAID", Shopify "PAID/ON_HOLD"). Case does not count.
func (a Account) statusOf(text string) (Status, bool) {
	words := append([]string{text}, strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '/' || r == ' ' })...)
	for _, word := range words {
		for name, s := range a.Statuses {
			if strings.EqualFold(name, word) {
				return s, true
			}
		}
	}
	return "", false
}

// country is the ISO code of the country to which an order goes: as the channel shows it, or as it was known before.
func country(o order.Snapshot, before string) string {
	if o.Buyer == nil || o.Buyer.CountryCode == "" {
		return before
	}
	return strings.ToUpper(o.Buyer.CountryCode)
}

// locationFor is where orders to a country are saved and reserved.
func (a Account) locationFor(country string) string {
	if location, ok := a.ShipFrom[country]; ok {
		return location
	}
	return a.OrderLocation
}

// moves is the location to which a known order's reservations move because its country became known or another
// one, empty when they stay. A setting that changed meanwhile moves nothing.
func (a Account) moves(known *knownOrder, o order.Snapshot) string {
	to := a.locationFor(country(o, known.country))
	if to == a.locationFor(known.country) || to == known.location {
		return ""
	}
	return to
}

// leave gives up what an order that moves holds where it is. take reserves it anew, after those who have waited
// longest were served with what becomes free. Once a unit is packed or gone the order stays: its packages were
// deducted where it is, and its returns go back there.
func (p *pageSave) leave(e *entry) {
	gone := func(l *line) bool { return l.units.Packed+l.units.Shipped > 0 }
	if e.bound == "" || slices.ContainsFunc(e.lines, gone) {
		return
	}
	e.rec.location = e.bound
	for _, l := range e.lines {
		l.moving = p.ledger.leave(l)
		l.left, l.location = l.location, e.bound
		p.ledger.change(l)
	}
}
