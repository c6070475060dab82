package config

import (
	"slices"
	"strconv"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store"
)

// listings reads what may be done to the account's listings.
func (r *reader) listings(a *Account, e entry) {
	p := &a.Channel.Listings
	into := map[string]*bool{"revise": &p.Revise, "end": &p.End, "relist": &p.Relist}
	var atZero *yaml.Node
	for _, l := range r.entries(e.value, "listings", append(keys(into), "at_zero")) {
		if flag, ok := into[l.key.Value]; ok {
			*flag = r.yes(l.in("listings"))
			continue
		}
		atZero = l.value
		a.Store.AtZero = store.AtZero(r.choice(l.in("listings"), string(store.KeepAtZero), string(store.EndAtZero)))
	}
	if a.Store.AtZero == store.EndAtZero && !p.End {
		r.wrong(atZero, "at_zero: end: listings may not be ended: add `end: true`, or keep them")
	}
	a.Store.Listings = *p
}

// policies are the keys of publishing and what the adapter calls them.
var policies = map[string]string{
	"fulfillment_policy": "fulfillmentPolicy",
	"payment_policy":     "paymentPolicy",
	"return_policy":      "returnPolicy",
	"merchant_location":  "merchantLocation",
}

// publishing reads what an eBay offer must name.
func (r *reader) publishing(a *Account, e entry) {
	a.Channel.Publishing = make(map[string]string)
	for _, p := range r.entries(e.value, "publishing", keys(policies)) {
		text := r.text(p.in("publishing"))
		if text == "" {
			r.wrong(p.value, "publishing: %s is empty: want its id, as eBay shows it", p.key.Value)
		}
		a.Channel.Publishing[policies[p.key.Value]] = text
	}
	for _, key := range keys(policies) {
		if _, ok := a.Channel.Publishing[policies[key]]; !ok && e.value.Kind == yaml.MappingNode {
			r.wrong(e.value, "publishing: %s is missing: eBay publishes no offer without it", key)
		}
	}
}

// leastPublish is the shortest interval at which what has changed is published: more often would find the same again while the last
// publication is under way.
const leastPublish = 5 * time.Minute

// publishChanged reads how often what has changed is published.
func (r *reader) publishChanged(a *Account, e entry) {
	d, err := time.ParseDuration(r.text(e))
	if err != nil || d < leastPublish {
		r.wrong(e.value, "publish_changed: want a duration of %s or more, e.g. 6h", leastPublish)
		return
	}
	a.Store.PublishChanged = d
}

// testAccount reads through which account a test publishes. Whether it can do that is known when all accounts are read.
func (r *reader) testAccount(a *Account, e entry) {
	a.Store.TestAccount = r.text(e)
	r.tests[a.Store.TestAccount] = e.value
}

// testAccounts reports test accounts that can't be one: it must be another account of the same channel, on the test endpoint.
func (r *reader) testAccounts(accounts []Account) {
	for _, a := range accounts {
		if a.Store.TestAccount == "" {
			continue
		}
		n := r.tests[a.Store.TestAccount]
		at := slices.IndexFunc(accounts, func(b Account) bool { return b.Store.ID == a.Store.TestAccount })
		switch {
		case a.Channel.Kind == channel.Amazon:
			r.wrong(n, "test_account: Amazon's test needs none, it validates with the account's own credentials: delete it")
		case at < 0 || accounts[at].Store.ID == a.Store.ID:
			r.wrong(n, "test_account: %q is not the id of another account of this file", clip(a.Store.TestAccount))
		case accounts[at].Channel.Kind != a.Channel.Kind:
			r.wrong(n, "test_account: %s is on %s: want an account on %s", clip(a.Store.TestAccount), accounts[at].Channel.Kind, a.Channel.Kind)
		case accounts[at].Channel.Endpoint != channel.Test:
			r.wrong(n, "test_account: %s has not `endpoint: test`: what is published there would be real", clip(a.Store.TestAccount))
		}
	}
}

// rated are the operations that may have a rate of their own.
var rated = []string{
	string(channel.OpCheck), string(channel.OpDefine), string(channel.OpFeed), string(channel.OpFeedRead), string(channel.OpLevels), string(channel.OpListings), string(channel.OpMigrate),
	string(channel.OpOrder), string(channel.OpOrders), string(channel.OpPublish), string(channel.OpShipment),
}

// rates reads calls per second that stand in for the published budgets.
func (r *reader) rates(a *Account, e entry) {
	a.Rates = make(map[channel.Operation]float64)
	for _, c := range r.entries(e.value, "rates", rated) {
		rate, err := strconv.ParseFloat(r.text(c.in("rates")), 64)
		if err != nil || !(rate >= channel.MinRate && rate <= channel.MaxRate) {
			r.wrong(c.value, "rates: %s: want calls per second, from %v to %v, e.g. 0.5",
				c.key.Value, channel.MinRate, channel.MaxRate)
			continue
		}
		a.Rates[channel.Operation(c.key.Value)] = rate
	}
}

// day reads a date that has come: the start of a span that ends.
func (r *reader) day(e entry) time.Time {
	text := r.text(e)
	day, err := time.Parse(time.DateOnly, text)
	switch {
	case err != nil:
		r.wrong(e.value, "%s: want a date like 2026-03-31", e.key.Value)
	case day.After(r.now.Add(24 * time.Hour)): // it may be tomorrow already where the seller lives
		r.wrong(e.value, "%s: %s has not come yet: want the day on which it happened", e.key.Value, text)
	}
	return day
}
