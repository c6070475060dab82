package config

import (
	"net/url"
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
)

// idPattern keeps account ids fit for workflow ids, search attributes and fairness keys, which end in
// "/<operation>" and may have 64 bytes.
var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// credentials are those that each channel's adapter cannot do without.
var credentials = map[channel.Kind][]string{
	channel.Amazon:  {"clientId", "clientSecret", "refreshToken", "sellerId"},
	channel.EBay:    {"clientId", "clientSecret", "refreshToken"},
	channel.Shopify: {"accessToken"},
}

var accountKeys = map[string]func(*reader, *Account, entry){
	"id":              (*reader).id,
	"name":            func(r *reader, a *Account, e entry) { a.Store.Name = r.text(e) },
	"channel":         (*reader).channel,
	"endpoint":        (*reader).endpoint,
	"base_url":        func(r *reader, a *Account, e entry) { a.Channel.BaseURL = r.address(e) },
	"auth_url":        func(r *reader, a *Account, e entry) { a.Channel.AuthURL = r.address(e) },
	"simulated":       func(r *reader, a *Account, e entry) { a.Channel.Simulated = r.yes(e) },
	"marketplace":     func(r *reader, a *Account, e entry) { a.Channel.Marketplace = r.text(e) },
	"location":        func(r *reader, a *Account, e entry) { a.Channel.Location = r.text(e) },
	"credentials":     func(*reader, *Account, entry) {}, // read last: whether they are needed depends on the rest
	"order_location":  func(r *reader, a *Account, e entry) { a.Store.OrderLocation = r.text(e) },
	"stock_locations": func(r *reader, a *Account, e entry) { a.Store.StockLocations = r.texts(e) },
	"buffer":          func(r *reader, a *Account, e entry) { a.Store.Buffer = r.number(e, 0) },
	"cap":             func(r *reader, a *Account, e entry) { a.Store.Cap = r.number(e, 0) },
	"reserve": func(r *reader, a *Account, e entry) {
		a.Store.ReserveAt = store.Moment(r.choice(e, string(store.AtPlaced), string(store.AtPaid)))
	},
	"feed_above": func(r *reader, a *Account, e entry) { a.Channel.FeedAbove = r.number(e, 1) },
	"enabled":    func(r *reader, a *Account, e entry) { a.Store.Enabled = r.yes(e) },
}

// account reads one account. What the file leaves open has its default: every unit may be listed, orders
// reserve when they are placed, and the account lists what its order location holds.
func (r *reader) account(n *yaml.Node) Account {
	a := Account{Store: store.Account{Cap: stock.NoCap, ReserveAt: store.AtPlaced, Enabled: true}}
	at := make(map[string]*yaml.Node)
	for _, e := range r.entries(n, "account", keys(accountKeys)) {
		at[e.key.Value] = e.value
		accountKeys[e.key.Value](r, &a, e)
	}
	if n.Kind != yaml.MappingNode {
		return a
	}
	for _, key := range []string{"id", "channel", "endpoint", "order_location"} {
		if at[key] == nil {
			r.wrong(n, "account %s: %s is missing", a.Store.ID, key)
		}
	}
	if a.Store.Name == "" {
		a.Store.Name = a.Store.ID
	}
	if at["stock_locations"] == nil {
		a.Store.StockLocations = []string{a.Store.OrderLocation}
	}
	r.channelNeeds(n, at, &a)
	return a
}

// channelNeeds reports what the account's channel can't do without, and what it has no use for.
func (r *reader) channelNeeds(n *yaml.Node, at map[string]*yaml.Node, a *Account) {
	id := a.Store.ID
	if at["feed_above"] != nil && a.Channel.Kind != channel.Amazon {
		r.wrong(at["feed_above"], "feed_above: only Amazon takes levels as feeds: delete the line")
	}
	switch {
	case a.Channel.Kind == channel.Amazon && a.Channel.Marketplace == "":
		r.wrong(n, "account %s: marketplace is missing: give the Amazon marketplace id, e.g. A1F83G8C2ARO7P for the UK", id)
	case a.Channel.Kind == channel.Shopify && a.Channel.Marketplace == "" && a.Channel.BaseURL == "":
		r.wrong(n, "account %s: marketplace is missing: give the shop's domain, e.g. my-shop.myshopify.com", id)
	}
	if a.Channel.Kind == channel.Shopify && a.Channel.Location == "" {
		r.wrong(n, "account %s: location is missing: give the shop's location where stock is listed, e.g. gid://shopify/Location/1", id)
	}
	if !a.Store.Enabled {
		return // an account that is switched off may wait for its credentials
	}
	if at["credentials"] != nil {
		r.credentials(a, entry{&yaml.Node{Value: "credentials"}, at["credentials"]})
	}
	for _, key := range credentials[a.Channel.Kind] {
		if _, ok := a.Channel.Credentials[key]; !ok {
			r.wrong(n, "account %s: credentials: %s is missing; write it as ${NAME} of an environment variable", id, key)
		}
	}
}

func (r *reader) id(a *Account, e entry) {
	id := r.text(e)
	if !idPattern.MatchString(id) {
		r.wrong(e.value, "id: %q: want up to 40 small letters, digits and hyphens, e.g. amazon-uk", clip(id))
	}
	if line, again := r.ids[id]; again {
		r.wrong(e.value, "id: the account in line %d is called %q too", line, clip(id))
	}
	r.ids[id] = e.value.Line
	a.Store.ID, a.Channel.ID = id, id
}

func (r *reader) channel(a *Account, e entry) {
	k := channel.Kind(r.choice(e, string(channel.Amazon), string(channel.EBay), string(channel.Shopify)))
	a.Store.Channel, a.Channel.Kind = k, k
}

func (r *reader) endpoint(a *Account, e entry) {
	p := channel.Endpoint(r.choice(e, string(channel.Test), string(channel.Production)))
	a.Store.Endpoint, a.Channel.Endpoint = p, p
}

func (r *reader) address(e entry) string {
	text := r.text(e)
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		r.wrong(e.value, "%s: want an address like https://host or http://127.0.0.1:7501", e.key.Value)
	}
	return text
}

// reference is a credential that stands in the environment.
var reference = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$`)

func (r *reader) credentials(a *Account, e entry) {
	var known []string
	for _, list := range credentials {
		known = append(known, list...)
	}
	slices.Sort(known)
	a.Channel.Credentials = make(map[string]string)
	for _, c := range r.entries(e.value, "credentials", slices.Compact(known)) {
		value := r.text(c)
		a.Channel.Credentials[c.key.Value] = value
		if len(value) > 1 && value[:2] == "${" {
			a.Channel.Credentials[c.key.Value] = r.fromEnvironment(c, value)
		}
		if value == "" {
			r.wrong(c.value, "credentials: %s is empty", c.key.Value)
		}
	}
}

func (r *reader) fromEnvironment(e entry, text string) string {
	m := reference.FindStringSubmatch(text)
	if m == nil {
		r.wrong(e.value, "credentials: %s: want ${NAME} and nothing else, with the name of an environment variable", e.key.Value)
		return ""
	}
	value, ok := r.env(m[1])
	if !ok || value == "" {
		r.wrong(e.value, "credentials: %s: the environment variable %s is not set", e.key.Value, m[1])
	}
	return value
}
