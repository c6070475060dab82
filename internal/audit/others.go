package audit

import (
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/simulator/market"
)

// fieldKey is what another tool has set of a listing: market.OtherPrice, OtherTitle or OtherEnd, by account and channel SKU.
type fieldKey struct {
	orderKey
	field string
}

// rewritten is when another tool set it.
type rewritten struct {
	at     time.Time
	amount int64
	over   bool // the seller has saved the listing since
}

// noted are the fields that Towpath names, by what the ledger calls them.
var noted = map[string]listing.Field{market.OtherPrice: listing.FieldPrice, market.OtherTitle: listing.FieldTitle, market.OtherEnd: listing.FieldStatus}

// rewrite notes what another tool has set.
func (t *truth) rewrite(key orderKey, e market.Entry) {
	if at := time.Unix(0, e.Seq); e.Note == "" {
		t.overwritten[key] = at
	} else {
		t.rewritten[fieldKey{key, e.Note}] = rewritten{at: at, amount: e.Amount}
	}
}

// saved notes that the seller has saved a listing: what another tool set is over, except for a price that the seller left as it was.
func (t *truth) saved(key orderKey, e market.Entry) {
	if e.Kind == market.EntryList {
		delete(t.overwritten, key)
	}
	for field := range noted {
		r, set := t.rewritten[fieldKey{key, field}]
		if set && (field != market.OtherPrice || r.amount != e.Amount) {
			r.over = true
			t.rewritten[fieldKey{key, field}] = r
		}
	}
}

// setByTool reports whether another tool has set a field of a listing last, by the marketplace's ledger, and Towpath names that, was told to leave it, or
// has not begun to read the listings since.
func (a *auditor) setByTool(key fieldKey) bool {
	r, set := a.truth.rewritten[key]
	named := a.books.Others[key.account][key.id]
	return set && !r.over && (named[noted[key.field]] || a.books.ReadBack[key.account].Before(r.at)) || key.field == market.OtherPrice && a.books.PricesLeft[key.account][key.id]
}

// named checks that nobody is named for what no other tool has set.
func (a *auditor) named() check {
	c, n := check{Check{Name: "who is named for a price, title or status has set it"}}, 0
	for account, listings := range a.books.Others {
		for sku, fields := range listings {
			for word, field := range noted {
				if !fields[field] {
					continue
				}
				n++
				if _, set := a.truth.rewritten[fieldKey{orderKey{account, sku}, word}]; !set {
					c.fail("%s %s: somebody else is named for its %s, and nobody has set it", account, sku, field)
				}
			}
		}
	}
	c.Result = fmt.Sprintf("%d named", n)
	return c
}
