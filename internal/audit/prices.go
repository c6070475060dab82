package audit

import (
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/books"
)

// saving is what a listing was after a change of it.
type saving struct {
	at     time.Time
	status market.ListingStatus
	price  int64
	ours   bool // Towpath made it so, not a second tool
}

// note adds a ledger entry to what a listing was. Ledgers of older versions have neither prices nor statuses.
func (p *publications) note(e sold) {
	key := orderKey{e.account, e.SKU}
	one := saving{at: time.Unix(0, e.Seq), status: market.ListingStatus(e.Note), price: e.Amount, ours: true}
	switch {
	case (e.Kind == market.EntryList || e.Kind == market.EntryRevise) && e.Note != "":
		if all := p.saved[key]; len(all) > 0 && all[len(all)-1].price == one.price {
			one.ours = all[len(all)-1].ours
		}
	case e.Kind == market.EntryOther && (e.Note == market.OtherPrice || e.Note == market.OtherEnd) && len(p.saved[key]) > 0:
		if one.status, one.ours = p.saved[key][len(p.saved[key])-1].status, false; e.Note == market.OtherEnd {
			one.status = market.Ended
		}
	case e.Kind == market.EntryEnd && len(p.saved[key]) > 0:
		one.status, one.price = market.Ended, p.saved[key][len(p.saved[key])-1].price
	default:
		return
	}
	p.saved[key] = append(p.saved[key], one)
}

// name returns the channel's name of a SKU.
func (p *publications) name(account, sku string) orderKey {
	if known := p.skus[orderKey{account, sku}]; known != "" {
		sku = known
	}
	return orderKey{account, sku}
}

// prices checks that each listing costs what its channel accepted last, whatever the catalogue says by now.
func (a *auditor) prices() check {
	c := check{Check{Name: "listed price = price accepted last"}}
	n, others := 0, 0
	for _, one := range a.publications.Accepted {
		if _, ours := a.in.Markets[one.Through]; !ours || !one.Price.Known() || a.previews(one) {
			continue
		}
		history := a.publications.saved[a.publications.name(one.Through, one.SKU)]
		if len(history) == 0 {
			continue // its absence is found elsewhere
		}
		n++
		last := history[len(history)-1]
		switch {
		case !last.ours:
			others++
		case last.price != one.Price.Amount && !a.onItsWay(one, last.price):
			c.fail("%s %s costs %d, and %d was accepted last", one.Through, one.SKU, last.price, one.Price.Amount)
		}
	}
	c.Result = fmt.Sprintf("%d prices", n)
	if others > 0 {
		c.Result += fmt.Sprintf(", %d set by another tool", others)
	}
	return c
}

// previews reports whether the channel only validated what it accepted.
func (a *auditor) previews(one books.AuditAccepted) bool {
	for _, acc := range a.accounts {
		if acc.ID == one.Through {
			return publication.Previews(one.Endpoint == channel.Test, acc.Channel)
		}
	}
	return false
}

// onItsWay reports whether a later run sent a price without a clear answer, or the catalogue changed while the accepted one was sent.
func (a *auditor) onItsWay(one books.AuditAccepted, price int64) bool {
	var accepted books.AuditItem
	for _, i := range a.publications.items[orderKey{one.Through, one.SKU}] {
		if i.ID == one.Item {
			accepted = i
		}
		if i.ID > one.Item && !i.Change.Held() && i.Change.Price.Amount == price {
			return true
		}
	}
	_, v, known := a.publications.goods(one.SKU)
	return known && a.publications.Changed[one.SKU].After(accepted.StartedAt) && priceOf(v, one.Account) == price && !a.held(one.Through, one.SKU, price)
}

// held reports whether the price brake held a price of a SKU, in any run.
func (a *auditor) held(account, sku string, price int64) bool {
	for _, i := range a.publications.items[orderKey{account, sku}] {
		if i.Change.Held() && i.Change.Price.Amount == price {
			return true
		}
	}
	return false
}

// priceBrake checks each price that a marketplace was ever sent against the rules of the brake, as they were set for the run that sent it: what is
// risky was released by a person before.
func (a *auditor) priceBrake() check {
	c := check{Check{Name: "no price was sent that the brake holds"}}
	n, released := 0, 0
	many := map[string]int{} // by run
	limits := map[string]listing.Brake{}
	for _, key := range sorted(a.publications.items) {
		items := a.publications.items[key]
		if _, ours := a.in.Markets[key.account]; !ours {
			continue
		}
		history := a.publications.saved[a.publications.name(key.account, key.id)]
		for at, before := 1, first(history); at < len(history); at++ {
			now := history[at]
			if now.price == before.price || !now.ours {
				continue
			}
			price := before.price
			before = now
			n++
			sent, known := sentBy(items, now)
			switch {
			case a.released(items, key.id, now):
				released++
			case !known && heldBy(items, now):
				c.fail("%s %s costs %d since %s, which the price brake held", key.account, key.id, now.price, now.at.UTC().Format(time.DateTime))
			case known && sent.Change.Before.Known():
				a.judge(&c, sent, price, now)
				if moves(price, now.price, listing.SmallPercent) {
					many[sent.RunID]++
					limits[sent.RunID] = sent.Change.Brake
				}
			}
		}
	}
	for run, prices := range many {
		if b := limits[run]; b.TooMany(prices, len(a.publications.Accepted)) {
			c.fail("run %s changed %d prices at once, and %d may change", run, prices, b.Many)
		}
	}
	c.Result = fmt.Sprintf("%d price changes", n)
	if released > 0 {
		c.Result += fmt.Sprintf(", %d released by a person", released)
	}
	return c
}

// first is what a listing was at the beginning.
func first(history []saving) saving {
	if len(history) == 0 {
		return saving{}
	}
	return history[0]
}

// judge looks at one price as the brake should have, from the marketplace's own figures. The goods' cost is known as long as the catalogue has not
// changed since.
func (a *auditor) judge(c *check, sent books.AuditItem, before int64, now saving) {
	b := sent.Change.Brake
	what := fmt.Sprintf("%s %s was changed from %d to %d by run %s", sent.Through, sent.SKU, before, now.price, sent.RunID)
	_, v, known := a.publications.goods(sent.SKU)
	switch {
	case moves(before, now.price, b.Percent):
		c.fail("%s, by more than %d%%, and nobody has released it", what, b.Percent)
	case b.Floor.Known() && b.Floor.Currency == sent.Change.Price.Currency && now.price < b.Floor.Amount:
		c.fail("%s, below the floor of %s, and nobody has released it", what, b.Floor)
	case known && v.Cost.Currency == sent.Change.Price.Currency && now.price < v.Cost.Amount && !a.publications.Changed[sent.SKU].After(sent.StartedAt):
		c.fail("%s, below its cost, and nobody has released it", what)
	}
}

// moves reports whether a price changes by more than so many percent.
func moves(before, now int64, percent int) bool {
	by := now - before
	return max(by, -by)*100 > before*int64(percent)
}

// sentBy returns the item that sent a price: the last that had begun then and was not held.
func sentBy(items []books.AuditItem, now saving) (sent books.AuditItem, known bool) {
	for _, i := range items {
		if i.Change.Price.Amount == now.price && !i.Change.Held() && i.StartedAt.Before(now.at) {
			sent, known = i, true
		}
	}
	return sent, known
}

// heldBy reports whether a price was held in a run that had begun when it was listed.
func heldBy(items []books.AuditItem, now saving) bool {
	for _, i := range items {
		if i.Change.Price.Amount == now.price && i.Change.Held() && i.StartedAt.Before(now.at) {
			return true
		}
	}
	return false
}

// released reports whether a person had released a price of a SKU when it was listed.
func (a *auditor) released(items []books.AuditItem, sku string, now saving) bool {
	for _, r := range a.publications.Released {
		if r.SKU == sku && r.Price.Amount == now.price && r.At.Before(now.at) && len(items) > 0 && r.Account == items[0].Account {
			return true
		}
	}
	return false
}
