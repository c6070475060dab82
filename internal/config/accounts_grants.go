package config

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
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

// seller returns a hash of the place without its marketplace; empty when the file does not say it. The grant is a secret of the
// channel's, too long to be guessed.
func (p place) seller() string {
	if p.grant == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(p.kind), string(p.endpoint), p.host, p.grant}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// sameGrants refuses an account that has the grant and the marketplace of an earlier one, and notes which accounts have the same grant.
func (r *reader) sameGrants(list *document.Node, accounts []Account) {
	seen := map[place]int{}
	for i := range accounts {
		p, ok := placeOf(&accounts[i])
		accounts[i].Store.Seller = p.seller()
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
