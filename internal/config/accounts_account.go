package config

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
)

// idPattern limits account ids, which are parts of workflow ids, search attributes and fairness keys; the latter end
// in "/<operation>" and may have 64 bytes.
var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

var accountKeys = map[string]func(*reader, *Account, document.Field){
	"id":        (*reader).id,
	"name":      func(r *reader, a *Account, e document.Field) { a.Store.Name = r.Text(e) },
	"channel":   (*reader).channel,
	"endpoint":  (*reader).endpoint,
	"base_url":  func(r *reader, a *Account, e document.Field) { a.Channel.BaseURL = r.address(e) },
	"auth_url":  func(r *reader, a *Account, e document.Field) { a.Channel.AuthURL = r.address(e) },
	"simulated": func(r *reader, a *Account, e document.Field) { a.Channel.Simulated = r.Yes(e) },
	"marketplace": func(r *reader, a *Account, e document.Field) {
		a.Channel.Marketplace = r.Text(e)
		a.Store.Marketplace = a.Channel.Marketplace
	},
	"location":         func(r *reader, a *Account, e document.Field) { a.Channel.Location = r.Text(e) },
	"locations":        (*reader).locations,
	"credentials":      func(*reader, *Account, document.Field) {}, // read last: whether they are needed depends on the rest
	"authorised_on":    func(r *reader, a *Account, e document.Field) { a.Store.AuthorisedOn = r.day(e) },
	"secret_issued_on": func(r *reader, a *Account, e document.Field) { a.Store.SecretIssuedOn = r.day(e) },
	"order_location":   func(r *reader, a *Account, e document.Field) { a.Store.OrderLocation = r.Text(e) },
	"ship_from":        (*reader).shipFrom,
	"routing":          (*reader).routing,
	"split":            func(r *reader, a *Account, e document.Field) { a.Store.Split = r.Yes(e) },
	"stock_locations":  func(r *reader, a *Account, e document.Field) { a.Store.StockLocations = r.texts(e) },
	"buffer":           func(r *reader, a *Account, e document.Field) { a.Store.Buffer = r.Whole(e, 0) },
	"cap":              func(r *reader, a *Account, e document.Field) { a.Store.Cap = r.Whole(e, 0) },
	"process":          func(r *reader, a *Account, e document.Field) { a.Store.ProcessAt = r.moment(e) },
	"reserve":          func(r *reader, a *Account, e document.Field) { a.Store.ReserveAt = r.moment(e) },
	"statuses":         (*reader).statuses,
	"listings":         (*reader).listings,
	"cancelling":       (*reader).cancelling,
	"publishing":       (*reader).publishing,
	"publish_changed":  (*reader).publishChanged,
	"test_account":     (*reader).testAccount,
	"rates":            (*reader).rates,
	"feed_above":       func(r *reader, a *Account, e document.Field) { a.Channel.FeedAbove = r.Whole(e, 1) },
	"time_zone":        (*reader).timeZone,
	"enabled":          func(r *reader, a *Account, e document.Field) { a.Store.Enabled = r.Yes(e) },
}

// renamedKeys has the names that keys of an account had in earlier versions. They are still read.
var renamedKeys = map[string]string{"take": "process"}

// account reads one account. The defaults are: every unit may be listed, orders reserve stock when placed and are
// processed when paid, the account lists the stock of its order location, and only quantities may be changed on the
// channel.
func (r *reader) account(n *document.Node) Account {
	a := Account{Store: accounts.Account{
		Cap: stock.NoCap, ReserveAt: order.AtPlaced, ProcessAt: order.AtPaid, AtZero: accounts.KeepAtZero, Enabled: true,
	}}
	for i, f := range n.Fields {
		n.Fields[i].Name = cmp.Or(renamedKeys[f.Name], f.Name)
	}
	at := make(map[string]*document.Node)
	for _, e := range r.Fields(n, "account", document.Keys(accountKeys)) {
		at[e.Name] = e.Value
		accountKeys[e.Name](r, &a, e)
	}
	if n.Kind != document.Object {
		return a
	}
	for _, key := range []string{"id", "channel", "endpoint", "order_location"} {
		if at[key] == nil {
			r.Wrong(n, "account %s: %s is missing", a.Store.ID, key)
		}
	}
	if a.Store.Name == "" {
		a.Store.Name = a.Store.ID
	}
	if at["stock_locations"] == nil {
		a.Store.StockLocations = []string{a.Store.OrderLocation}
	}
	if at["time_zone"] == nil {
		a.Store.TimeZone = account.DefaultZone(a.Channel.Kind, a.Channel.Marketplace)
	}
	r.addresses(at, &a)
	r.orderSettings(at, &a)
	r.routingSettings(at, &a)
	r.locationSettings(at, &a)
	r.foreign(at, &a)
	r.channelNeeds(n, &a)
	r.needCredentials(n, at["credentials"], &a)
	return a
}

// only has the keys for certain channels only, with the reason.
var only = map[string]struct {
	kinds []channel.Kind
	why   string
}{
	"feed_above":       {[]channel.Kind{channel.Amazon}, "only Amazon accepts levels as feeds"},
	"publishing":       {[]channel.Kind{channel.EBay}, "only eBay publishes under policies"},
	"authorised_on":    {[]channel.Kind{channel.Amazon, channel.EBay}, "only the grants of Amazon and eBay expire on a day that is computed from it"},
	"locations":        {[]channel.Kind{channel.Shopify}, "only a Shopify shop decides from which location each line leaves"},
	"secret_issued_on": {[]channel.Kind{channel.Amazon}, "only Amazon's client secrets expire"},
}

// foreign reports keys that do not apply to the account's channel.
func (r *reader) foreign(at map[string]*document.Node, a *Account) {
	for _, key := range document.Keys(only) {
		if at[key] != nil && !slices.Contains(only[key].kinds, a.Channel.Kind) {
			r.Wrong(at[key], "%s: %s: delete it", key, only[key].why)
		}
	}
	if a.Channel.Kind == channel.Amazon && a.Store.AtZero == accounts.EndAtZero {
		r.Wrong(at["listings"], "at_zero: end: Amazon has no ended listings, it would delete what is sold out: want `at_zero: keep`, or delete this line")
	}
	for _, op := range slices.Sorted(maps.Keys(a.Rates)) {
		if _, ok := channel.AllowanceOf(a.Channel.Kind, op); !ok && a.Channel.Kind != "" {
			r.Wrong(at["rates"], "rates: %s: %s has no such operation: delete it", op, a.Channel.Kind)
		}
	}
}

// channelNeeds reports missing keys that the account's channel requires.
func (r *reader) channelNeeds(n *document.Node, a *Account) {
	id := a.Store.ID
	switch {
	case a.Channel.Kind == channel.Amazon && a.Channel.Marketplace == "":
		r.Wrong(n, "account %s: marketplace is missing: give the Amazon marketplace id, e.g. A1F83G8C2ARO7P for the UK", id)
	case a.Channel.Kind == channel.Shopify && a.Channel.Marketplace == "" && a.Channel.BaseURL == "":
		r.Wrong(n, "account %s: marketplace is missing: give the shop's domain, e.g. my-shop.myshopify.com", id)
	}
	if a.Channel.Kind == channel.Shopify && a.Channel.Location == "" && len(a.Channel.Locations) == 0 {
		r.Wrong(n, "account %s: location is missing: give the shop's location where stock is listed, e.g. gid://shopify/Location/1", id)
	}
}

func (r *reader) id(a *Account, e document.Field) {
	id := r.Text(e)
	if !idPattern.MatchString(id) {
		r.Wrong(e.Value, "id: %q: want up to 40 small letters, digits and hyphens, e.g. amazon-uk", document.Clip(id))
	}
	if line, again := r.ids[id]; again {
		r.Wrong(e.Value, "id: the account in line %d also has the id %q", line, document.Clip(id))
	}
	r.ids[id] = e.Value.Line
	a.Store.ID, a.Channel.ID = id, id
}

// timeZone reads a name of the IANA database. Go knows abbreviations too, but EST has no summer, and IST is three zones.
func (r *reader) timeZone(a *Account, e document.Field) {
	name := r.Text(e)
	if _, err := time.LoadLocation(name); err != nil || name != account.UTC && !strings.Contains(name, "/") {
		r.Wrong(e.Value, "time_zone: %q: want a name of the IANA time zone database, e.g. Europe/London, or UTC", document.Clip(name))
	}
	a.Store.TimeZone = name
}

func kindNames() (names []string) {
	for _, k := range channel.Kinds() {
		names = append(names, string(k))
	}
	return names
}

func (r *reader) channel(a *Account, e document.Field) {
	k := channel.Kind(r.Choice(e, kindNames()...))
	a.Store.Channel, a.Channel.Kind = k, k
}

func (r *reader) endpoint(a *Account, e document.Field) {
	p := channel.Endpoint(r.Choice(e, string(channel.Test), string(channel.Production)))
	a.Store.Endpoint, a.Channel.Endpoint = p, p
}
