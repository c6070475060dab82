package config

import (
	"slices"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
	"github.com/towpath/towpath/internal/store/accounts"
)

// listings reads the allowed changes to the account's listings.
func (r *reader) listings(a *Account, e document.Field) {
	p := &a.Channel.Listings
	into := map[string]*bool{"revise": &p.Revise, "end": &p.End, "relist": &p.Relist}
	var atZero *document.Node
	for _, l := range r.Fields(e.Value, "listings", append(document.Keys(into), "at_zero", "price_brake")) {
		if flag, ok := into[l.Name]; ok {
			*flag = r.Yes(l.In("listings"))
			continue
		}
		if l.Name == "price_brake" {
			r.priceBrake(a, l)
			continue
		}
		atZero = l.Value
		a.Store.AtZero = accounts.AtZero(r.Choice(l.In("listings"), string(accounts.KeepAtZero), string(accounts.EndAtZero)))
	}
	if a.Store.AtZero == accounts.EndAtZero && !p.End {
		r.Wrong(atZero, "at_zero: end: the account may not end listings: add `end: true`, or delete this line")
	}
	a.Store.Listings = *p
}

// policies maps the keys of publishing to the adapter's names.
var policies = map[string]string{
	"fulfillment_policy": "fulfillmentPolicy",
	"payment_policy":     "paymentPolicy",
	"return_policy":      "returnPolicy",
	"merchant_location":  "merchantLocation",
}

// publishing reads the settings that an eBay offer needs.
func (r *reader) publishing(a *Account, e document.Field) {
	a.Channel.Publishing = make(map[string]string)
	for _, p := range r.Fields(e.Value, "publishing", document.Keys(policies)) {
		text := r.Text(p.In("publishing"))
		if text == "" {
			r.Wrong(p.Value, "publishing: %s is empty: want the id that eBay shows", p.Name)
		}
		a.Channel.Publishing[policies[p.Name]] = text
	}
	for _, key := range document.Keys(policies) {
		if _, ok := a.Channel.Publishing[policies[key]]; !ok && e.Value.Kind == document.Object {
			r.Wrong(e.Value, "publishing: %s is missing: eBay publishes no offer without it", key)
		}
	}
}

// leastPublish is the shortest interval for publishing changes: with a shorter one the same changes would be found
// again while the last publication is running.
const leastPublish = 5 * time.Minute

// publishChanged reads how often changes are published.
func (r *reader) publishChanged(a *Account, e document.Field) {
	d, err := time.ParseDuration(r.Text(e))
	if err != nil || d < leastPublish {
		r.Wrong(e.Value, "publish_changed: want a duration of %s or more, e.g. 6h", leastPublish)
		return
	}
	a.Store.PublishChanged = d
}

// testAccount reads the account through which tests publish. It is checked when all accounts are read.
func (r *reader) testAccount(a *Account, e document.Field) {
	a.Store.TestAccount = r.Text(e)
	r.tests[a.Store.TestAccount] = e.Value
}

// testAccounts reports invalid test accounts: each must be another account of the same channel with the test
// endpoint.
func (r *reader) testAccounts(accounts []Account) {
	for _, a := range accounts {
		if a.Store.TestAccount == "" {
			continue
		}
		n := r.tests[a.Store.TestAccount]
		at := slices.IndexFunc(accounts, func(b Account) bool { return b.Store.ID == a.Store.TestAccount })
		switch {
		case a.Channel.Kind == channel.Amazon:
			r.Wrong(n, "test_account: Amazon needs none, its test uses the account's own credentials: delete it")
		case at < 0 || accounts[at].Store.ID == a.Store.ID:
			r.Wrong(n, "test_account: %q is not the id of another account of this file", document.Clip(a.Store.TestAccount))
		case accounts[at].Channel.Kind != a.Channel.Kind:
			r.Wrong(n, "test_account: %s is on %s: want an account on %s", document.Clip(a.Store.TestAccount), accounts[at].Channel.Kind, a.Channel.Kind)
		case accounts[at].Channel.Endpoint != channel.Test:
			r.Wrong(n, "test_account: %s does not have `endpoint: test`: tests would publish real listings", document.Clip(a.Store.TestAccount))
		}
	}
}

// rated are the operations that may have their own rate.
var rated = []string{
	string(channel.OpCancel), string(channel.OpCheck), string(channel.OpDefine), string(channel.OpFeed), string(channel.OpFeedRead), string(channel.OpLevels), string(channel.OpListings), string(channel.OpMigrate),
	string(channel.OpOrder), string(channel.OpOrders), string(channel.OpPublish), string(channel.OpReport), string(channel.OpShipment),
}

// rates reads rates in turns per second that replace the published budgets.
func (r *reader) rates(a *Account, e document.Field) {
	a.Rates = make(map[channel.Operation]float64)
	for _, c := range r.Fields(e.Value, "rates", rated) {
		rate, err := strconv.ParseFloat(r.Text(c.In("rates")), 64)
		if err != nil || !(rate >= channel.MinRate && rate <= channel.MaxRate) {
			r.Wrong(c.Value, "rates: %s: want turns per second, from %v to %v, e.g. 0.5",
				c.Name, channel.MinRate, channel.MaxRate)
			continue
		}
		a.Rates[channel.Operation(c.Name)] = rate
	}
}

// day reads a date in the past: the start of a limited period.
func (r *reader) day(e document.Field) time.Time {
	text := r.Text(e)
	day, err := time.Parse(time.DateOnly, text)
	switch {
	case err != nil:
		r.Wrong(e.Value, "%s: want a date like 2026-03-31", e.Name)
	case day.After(r.now.Add(24 * time.Hour)): // it may be tomorrow already where the seller lives
		r.Wrong(e.Value, "%s: %s is in the future: want the day on which it happened", e.Name, text)
	}
	return day
}
