package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/accounts"
)

// account returns the settings of an account.
func (a *auditor) account(id string) accounts.Account {
	for _, acc := range a.accounts {
		if acc.ID == id {
			return acc
		}
	}
	return accounts.Account{}
}

// sorted returns the keys of what is kept by account and SKU, always in the same order.
func sorted[V any](by map[orderKey]V) []orderKey {
	return slices.SortedFunc(maps.Keys(by), func(x, y orderKey) int { return cmp.Or(cmp.Compare(x.account, y.account), cmp.Compare(x.id, y.id)) })
}

// mayEnd reports whether an account may end listings.
func (a *auditor) mayEnd(account string) bool { return a.account(account).Listings.End }

// struckOff checks that nothing that is struck off was offered again once its 0 was listed. What was sent before it was struck off and got no answer
// may be carried out late, and is set to 0 again.
func (a *auditor) struckOff() check {
	c := check{Check{Name: "what is struck off is not offered"}}
	type offer struct{ listed, zeros int }
	offers := map[orderKey]*offer{}
	at := map[orderKey]int{}
	for i, s := range a.publications.Struck {
		at[orderKey{s.Account, s.ChannelSKU}] = i
	}
	for _, e := range a.truth.entries {
		key := orderKey{e.account, e.SKU}
		i, struck := at[key]
		if !struck || time.Unix(0, e.Seq).Before(a.publications.Struck[i].At) {
			continue
		}
		if offers[key] == nil {
			offers[key] = &offer{}
		}
		o := offers[key]
		switch e.Kind {
		case market.EntryLevel, market.EntryList, market.EntryRevise, market.EntryEnd:
			if o.zeros > 0 && e.Quantity > o.listed && !a.publications.Struck[i].Doubtful[e.Quantity] {
				c.fail("%s %s was struck off, and %d were listed at %s", e.account, e.SKU, e.Quantity, time.Unix(0, e.Seq).UTC().Format(time.DateTime))
			}
			if o.listed = e.Quantity; o.listed == 0 {
				o.zeros++
			}
		case market.EntryOther: // a second tool's, which is named elsewhere
			o.listed = e.Quantity
		case market.EntryCancel:
			o.listed += e.Quantity
		case market.EntryPlace:
			o.listed -= e.Quantity
		}
	}
	c.Result = fmt.Sprintf("%d struck off", len(a.publications.Struck))
	return c
}

// switches checks that nothing was done that an account's switches forbid, since they were set as they are: no price or status changed without revise,
// no listing ended without end, and none put up again without relist.
func (a *auditor) switches() check {
	c := check{Check{Name: "revise, end and relist are obeyed"}}
	revised, ended, again := 0, 0, 0
	for _, key := range sorted(a.publications.saved) {
		acc := a.account(key.account)
		since, may := a.publications.Switched[key.account], acc.Listings
		history := a.publications.saved[key]
		for at := 1; at < len(history); at++ {
			before, now := history[at-1], history[at]
			word := ""
			switch {
			case now.status == market.Ended && before.status != market.Ended && now.ours:
				if ended++; !may.End {
					word = "ended"
				}
			case before.status == market.Ended && now.status == market.Live:
				if again++; !may.Relist {
					word = "put up again"
				}
			case before.status == market.Live && now.ours && now.price != before.price:
				if revised++; !may.Revise {
					word = "given another price"
				}
			}
			if word != "" && now.at.After(since) {
				c.fail("%s %s was %s at %s, which the account's settings forbid", key.account, key.id, word, now.at.UTC().Format(time.DateTime))
			}
		}
	}
	c.Result = fmt.Sprintf("%d prices changed, %d ended, %d put up again", revised, ended, again)
	return c
}
