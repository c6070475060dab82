package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/books"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
)

// publications has everything that was published, indexed. A key consists of the account and the merchant's SKU.
type publications struct {
	books.Published
	items map[orderKey][]books.AuditItem // in the order in which they were made, without previews
	skus  map[orderKey]string            // the channel's SKU
	sent  map[orderKey][]int64           // by the channel's SKU: when the seller created or changed a listing, in unix nanoseconds
	saved map[orderKey][]saving          // by the channel's SKU: the statuses and prices that it had, in order
}

func newPublications(p books.Published, list []accounts.Account, entries []sold) *publications {
	out := &publications{Published: p, items: make(map[orderKey][]books.AuditItem), skus: make(map[orderKey]string), sent: make(map[orderKey][]int64), saved: make(map[orderKey][]saving)}
	kinds := make(map[string]channel.Kind)
	for _, a := range list {
		kinds[a.ID] = a.Channel
	}
	for _, i := range p.Items {
		if publication.Previews(i.Endpoint == channel.Test, kinds[i.Through]) {
			continue // the channel writes nothing
		}
		key := orderKey{i.Through, i.SKU}
		out.items[key] = append(out.items[key], i)
	}
	for _, l := range p.Links {
		if key := (orderKey{l.Account, l.SKU}); out.skus[key] == "" || l.ChannelSKU == l.SKU {
			out.skus[key] = l.ChannelSKU
		}
	}
	for _, e := range entries {
		if e.Kind == market.EntryList || e.Kind == market.EntryRevise {
			key := orderKey{e.account, e.SKU}
			out.sent[key] = append(out.sent[key], e.Seq)
		}
		out.note(e)
	}
	return out
}

// accepted returns what each account's channel accepted last of each SKU, always in the same order.
func (p *publications) accepted() []books.AuditItem {
	var all []books.AuditItem
	for _, items := range p.items {
		for i := len(items) - 1; i >= 0; i-- {
			if items[i].Status == runs.ItemDone {
				all = append(all, items[i])
				break
			}
		}
	}
	slices.SortFunc(all, func(x, y books.AuditItem) int { return cmp.Compare(x.ID, y.ID) })
	return all
}

// published checks that what a channel accepted is in its ledger with the catalogue's content, unless the catalogue
// has changed since.
func (a *auditor) published() check {
	c := check{Check{Name: "accepted = listed as the catalogue says"}}
	listed := make(map[orderKey]market.Listing)
	for account, all := range a.truth.listings {
		for _, l := range all {
			listed[orderKey{account, l.SKU}] = l
		}
	}
	zero := make(map[orderKey]bool)
	for _, l := range a.books.Listings {
		zero[orderKey{l.Account, l.ChannelSKU}] = l.Zero == levels.ZeroEnded
	}
	n, changed, others, ended := 0, 0, 0, 0
	for _, i := range a.publications.accepted() {
		if _, ours := a.in.Markets[i.Through]; !ours {
			continue
		}
		n++
		sku := cmp.Or(a.publications.skus[orderKey{i.Through, i.SKU}], i.SKU)
		l, there := listed[orderKey{i.Through, sku}]
		if there && l.Status == market.Ended && zero[orderKey{i.Through, sku}] {
			continue // atZero judges it
		}
		if there && l.Status != market.Live && a.setByTool(fieldKey{orderKey{i.Through, sku}, market.OtherEnd}) {
			others++
			continue
		}
		if there && l.Status == market.Ended && a.mayEnd(i.Through) {
			ended++
			continue
		}
		if !there || l.Status != market.Live {
			c.fail("%s %s was accepted by run %s and is not live", i.Through, i.SKU, i.RunID)
			continue
		}
		if a.publications.Changed[i.SKU].After(i.StartedAt) {
			changed++
			continue
		}
		a.asWanted(&c, i, l)
	}
	c.Result = fmt.Sprintf("%d accepted", n)
	if others > 0 {
		c.Result += fmt.Sprintf(", %d ended by somebody else", others)
	}
	if changed > 0 {
		c.Result += fmt.Sprintf(", %d of them changed in the catalogue since", changed)
	}
	if ended > 0 {
		c.Result += fmt.Sprintf(", %d ended since", ended)
	}
	return c
}

// asWanted compares a listing with the catalogue.
func (a *auditor) asWanted(c *check, i books.AuditItem, l market.Listing) {
	p, v, known := a.publications.goods(i.SKU)
	if !known {
		return // taken out of the catalogue
	}
	what := i.Through + " " + l.SKU
	own := orderKey{i.Through, l.SKU}
	if !strings.Contains(plainWords(l.Title), plainWords(p.Title)) && !a.setByTool(fieldKey{own, market.OtherTitle}) {
		c.fail("%s has the title %q, want %q in it", what, l.Title, p.Title)
	}
	if want := priceOf(v, i.Account); l.Price != want && !a.setByTool(fieldKey{own, market.OtherPrice}) {
		c.fail("%s costs %d, want %d", what, l.Price, want)
	}
	says := wordsOf(l.Content)
	says.add(a.truth.families[orderKey{i.Through, l.Product}])
	for _, value := range l.Options {
		says[plainWords(value)] = true
	}
	for _, name := range p.Options {
		if !says[plainWords(v.Options[name])] {
			c.fail("%s has no %s %q", what, name, v.Options[name])
		}
	}
	if i.Warnings > 0 {
		return // the channel or our check has reported what was left out
	}
	for _, want := range append([]string{p.Brand, v.Barcode}, flat(p.Attributes)...) {
		if want != "" && !says[plainWords(want)] {
			c.fail("%s has no %q", what, want)
		}
	}
}

// goods returns the catalogue's product and variant of a SKU.
func (p *publications) goods(sku string) (catalogue.Product, catalogue.Variant, bool) {
	product := p.Products[p.Of[sku]]
	for _, v := range product.Variants {
		if v.SKU == sku {
			return product, v, true
		}
	}
	return product, catalogue.Variant{}, false
}

// priceOf returns the account's own price, or else the price for all accounts.
func priceOf(v catalogue.Variant, account string) (amount int64) {
	for _, p := range v.Prices {
		switch p.Account {
		case account:
			return p.Amount
		case "":
			amount = p.Amount
		}
	}
	return amount
}

// keptBack checks that nothing reached a marketplace after our own check had found an error in it.
func (a *auditor) keptBack() check {
	c := check{Check{Name: "what our check refused never left"}}
	n, forbidden := 0, 0
	for key, items := range a.publications.items {
		sent := a.publications.sent[orderKey{key.account, cmp.Or(a.publications.skus[key], key.id)}]
		for at, i := range items {
			if i.Status != runs.ItemError || i.Stage != listing.Validation {
				continue
			}
			n++
			if i.Code == listing.CodeNotPermitted {
				forbidden++
			}
			from, to := i.StartedAt.UnixNano(), int64(1<<63-1)
			if at+1 < len(items) {
				to = items[at+1].StartedAt.UnixNano()
			}
			allowed := 0
			if at > 0 && items[at-1].Status == runs.ItemDone && between(sent, items[at-1].StartedAt.UnixNano(), from) == 0 {
				allowed = 1 // accepted before, but only now in force
			}
			if between(sent, from, to) > allowed {
				c.fail("%s %s has %s, and run %s sent it nevertheless", key.account, key.id, i.Code, i.RunID)
			}
		}
	}
	c.Result = fmt.Sprintf("%d refused", n)
	if forbidden > 0 {
		c.Result += fmt.Sprintf(", %d of them not permitted", forbidden)
	}
	return c
}

// between returns how many of the moments lie in [from, to).
func between(moments []int64, from, to int64) (n int) {
	for _, m := range moments {
		if m >= from && m < to {
			n++
		}
	}
	return n
}

// linked checks that each listing that a channel accepted has a link, so that its level is sent.
func (a *auditor) linked() check {
	c := check{Check{Name: "every accepted listing is linked"}}
	n := 0
	for _, i := range a.publications.accepted() {
		n++
		if a.publications.skus[orderKey{i.Through, i.SKU}] == "" {
			c.fail("%s %s was accepted by run %s and has no link", i.Through, i.SKU, i.RunID)
		}
	}
	c.Result = fmt.Sprintf("%d listings", n)
	return c
}

// revisions checks that a change of a live listing leaves its quantity as it was.
func (a *auditor) revisions() check {
	c := check{Check{Name: "no revision changed a quantity"}}
	listed := make(map[orderKey]int)
	n := 0
	for _, e := range a.truth.entries {
		key := orderKey{e.account, e.SKU}
		switch e.Kind {
		case market.EntryRevise:
			n++
			if e.Quantity != listed[key] {
				c.fail("%s %s had %d, and a revision made it %d", e.account, e.SKU, listed[key], e.Quantity)
			}
			listed[key] = e.Quantity
		case market.EntryList, market.EntryLevel, market.EntryOther, market.EntryEnd:
			listed[key] = e.Quantity
		case market.EntryPlace:
			listed[key] -= e.Quantity
		case market.EntryCancel:
			listed[key] += e.Quantity
		}
	}
	c.Result = fmt.Sprintf("%d revisions", n)
	return c
}

// pendingItems checks that every item of every run has ended.
func (a *auditor) pendingItems() check {
	c := check{Check{Name: "no item is pending", Result: fmt.Sprintf("%d pending", a.publications.Pending)}}
	c.equal("items pending", a.publications.Pending, 0)
	return c
}
