package config

import (
	"cmp"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
)

// place is what an account is to its channel: a grant on a marketplace. Two accounts of one place would take each order twice.
type place struct {
	kind                     channel.Kind
	endpoint                 channel.Endpoint
	host, grant, marketplace string
}

// placeOf returns an account's place; false when its file does not say it.
func placeOf(a *Account) (place, bool) {
	c := a.Channel
	p := place{c.Kind, c.Endpoint, c.BaseURL, cmp.Or(c.Credentials["sellerId"], c.Credentials["refreshToken"]), strings.ToUpper(c.Marketplace)}
	if c.Kind == channel.Shopify {
		p.grant = p.marketplace // a shop is one marketplace, whatever the token
		return p, p.marketplace != ""
	}
	return p, p.grant != ""
}

// sameGrants refuses an account that has the grant and the marketplace of an earlier one.
func (r *reader) sameGrants(list *document.Node, accounts []Account) {
	seen := map[place]int{}
	for i := range accounts {
		p, ok := placeOf(&accounts[i])
		if !ok || !accounts[i].Store.Enabled {
			continue
		}
		if first, again := seen[p]; again {
			r.Wrong(list.Items[i], "account %s: the account %s in line %d has the same grant and marketplace: each order would be taken twice; delete one of them, or give it its own marketplace",
				accounts[i].Store.ID, accounts[first].Store.ID, list.Items[first].Line)
			continue
		}
		seen[p] = i
	}
}
