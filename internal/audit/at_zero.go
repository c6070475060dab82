package audit

import (
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/books"
	"github.com/towpath/towpath/internal/store/levels"
)

// atZero checks accounts that end what is sold out: a listing whose level has been 0 for longer than Input.ZeroSoon is off sale, unless it is kept for a reason that is known, and one
// with a level above 0 is on sale if the account may put it up again. What Towpath ended is off sale by the ledger, and was taken off by it. With which quantity listings are on sale
// is another rule's.
func (a *auditor) atZero() check {
	c := check{Check{Name: "ended at 0, up again with stock"}}
	listed := make(map[orderKey]market.Listing)
	for account, all := range a.truth.listings {
		for _, l := range all {
			listed[orderKey{account, l.SKU}] = l
		}
	}
	endings := make(map[orderKey]int)
	for _, e := range a.truth.entries {
		if e.Kind == market.EntryEnd {
			endings[orderKey{e.account, e.SKU}]++
		}
	}
	off, stay := 0, 0
	for _, l := range a.books.Listings {
		key := orderKey{l.Account, l.ChannelSKU}
		shown, there := listed[key]
		acc := a.account(l.Account)
		asked := acc.AtZero == accounts.EndAtZero && acc.Listings.End && acc.Runs() && !acc.Observing && !l.Left
		if !there || !asked && l.Zero == "" {
			continue
		}
		live, level := shown.Status == market.Live, a.level(l, acc)
		what := fmt.Sprintf("%s %s", l.Account, l.ChannelSKU)
		switch {
		case l.Zero == levels.ZeroEnded && live:
			c.fail("%s was ended and is on sale with %d", what, shown.Quantity)
		case l.Zero == levels.ZeroEnded && endings[key] == 0:
			c.fail("%s counts as ended, and the ledger has no end of it", what)
		case l.Zero == levels.ZeroEnded && level > 0 && acc.Listings.Relist && acc.Runs() && a.due(l.ChangedAt):
			c.fail("%s has %d to list and is not put up again", what, level)
		case l.Zero == levels.ZeroEnded && level > 0:
			stay++
		case l.Zero == levels.ZeroEnded:
			off++
		case asked && live && level == 0 && l.Zero == "" && !l.Dirty && a.due(l.AcceptedAt):
			c.fail("%s has been at 0 since %s and is on sale", what, l.AcceptedAt.Format(time.RFC3339))
		}
	}
	c.Result = fmt.Sprintf("%d ended at 0, %d stay ended", off, stay)
	return c
}

// due reports whether something happened so long ago that it should have been followed by now.
func (a *auditor) due(at time.Time) bool {
	return a.in.ZeroSoon > 0 && !at.IsZero() && time.Since(at) > a.in.ZeroSoon
}

// level returns what an account is to list.
func (a *auditor) level(l books.AuditListing, acc accounts.Account) int {
	raw, _ := a.offers(l, acc)
	return stock.Offer{Raw: raw, Buffer: acc.Buffer, Cap: acc.Cap, Off: l.StruckOff}.Level(l.Hold)
}
