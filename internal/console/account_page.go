package console

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/starter"
)

// accountPage is one account with all its settings. Credentials are not in the store.
type accountPage struct {
	accountCard
	Expiries []channel.Expiry
	Settings []setting
	Limits   []starter.Limit
}

type setting struct{ Name, Value, Note string }

func (c *console) account(ctx context.Context, r *http.Request) (view, error) {
	now, live, err := c.now(ctx)
	if err != nil {
		return view{}, err
	}
	id := r.PathValue("id")
	i := slices.IndexFunc(now.Accounts, func(a starter.AccountNow) bool { return a.ID == id })
	if i < 0 {
		return view{}, store.ErrNotFound
	}
	card, err := c.card(ctx, now.Accounts[i], live)
	if err != nil {
		return view{}, err
	}
	limits, err := c.starter.Limits(ctx, id)
	if err != nil {
		return view{}, err
	}
	p := accountPage{Limits: limits, accountCard: card, Expiries: card.Expiries(time.Now()), Settings: settingsOf(card.Account)}
	return view{Title: "Account " + id, Section: "Overview", Template: "account", Data: p}, nil
}

// settingsOf are those of the accounts file, in the operator's words.
func settingsOf(a accounts.Account) []setting {
	most := "no cap"
	if a.Cap < stock.NoCap {
		most = grouped(a.Cap)
	}
	list := []setting{
		{"Orders are saved in", a.OrderLocation, ""},
		{"Shipped from elsewhere", pairs(a.ShipFrom), "by country; an order without an address yet is held at " + a.OrderLocation},
		{"Lists the stock of", strings.Join(a.StockLocations, ", "), ""},
		{"Buffer and cap", fmt.Sprintf("%s, %s", plural(a.Buffer, "unit", "units"), most), "never listed, and the most that is listed"},
		{"Reserves stock when", string(a.ReserveAt), ""},
		{"Lets orders be processed when", string(a.TakeAt), "until then their stock is held all the same"},
		{"Statuses of its own", pairs(a.Statuses), ""},
		{"Done to listings", a.Listings.String(), ""},
		{"When sold out", map[accounts.AtZero]string{accounts.KeepAtZero: "the listing stays", accounts.EndAtZero: "the listing ends"}[a.AtZero], ""},
	}
	if a.AtZero == accounts.EndAtZero {
		list[len(list)-1].Note = "not done yet: today the listing stays, with no units"
	}
	return list
}

// pairs is a setting with words for keys.
func pairs[V ~string](m map[string]V) string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, key+" → "+string(m[key]))
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}
