package config

import (
	"regexp"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
)

// credentials are the required credentials of each channel: one of the sets. The set is chosen by the credentials in
// the file, the first one if there are none.
var credentials = map[channel.Kind][][]string{
	channel.Amazon: {{"clientId", "clientSecret", "refreshToken", "sellerId"}},
	channel.EBay:   {{"clientId", "clientSecret", "refreshToken"}},
	channel.Shopify: {
		{"accessToken"}, // a token that does not end
		{"clientId", "clientSecret", "refreshToken"}, // expiring tokens, whose refresh token rotates
	},
}

// optional are credentials that some accounts have besides: with these a call is signed on eBay, as it demands of calls that give money
// back for sellers in the EU and the UK.
var optional = map[channel.Kind][]string{channel.EBay: {"signingKey", "signingJWE"}}

// needCredentials reads the credentials and reports missing ones. n is the account's node.
func (r *reader) needCredentials(n, value *document.Node, a *Account) {
	if !a.Store.Enabled {
		return // an account that is switched off may wait for its credentials
	}
	if value != nil {
		r.credentials(a, document.Field{Name: "credentials", Value: value})
	}
	sets := credentials[a.Channel.Kind]
	if len(sets) == 0 {
		return // the channel is a mistake of its own
	}
	given := func(key string) bool { _, ok := a.Channel.Credentials[key]; return ok }
	set := sets[0]
	for _, other := range sets[1:] {
		if slices.ContainsFunc(other, given) {
			set = other
		}
	}
	for _, key := range set {
		if !given(key) {
			r.Wrong(n, "account %s: credentials: %s is missing; write it as ${NAME} of an environment variable", a.Store.ID, key)
		}
	}
}

// reference matches a credential taken from the environment.
var reference = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$`)

func (r *reader) credentials(a *Account, e document.Field) {
	var known []string
	for _, sets := range credentials {
		known = append(known, slices.Concat(sets...)...)
	}
	for _, names := range optional {
		known = append(known, names...)
	}
	slices.Sort(known)
	a.Channel.Credentials = make(map[string]string)
	for _, c := range r.Fields(e.Value, "credentials", slices.Compact(known)) {
		value := r.Text(c)
		a.Channel.Credentials[c.Name] = value
		if len(value) > 1 && value[:2] == "${" {
			a.Channel.Credentials[c.Name] = r.fromEnvironment(c, value)
		}
		if value == "" {
			r.Wrong(c.Value, "credentials: %s is empty", c.Name)
		}
	}
}

func (r *reader) fromEnvironment(e document.Field, text string) string {
	m := reference.FindStringSubmatch(text)
	if m == nil {
		r.Wrong(e.Value, "credentials: %s: want ${NAME} and nothing else, with the name of an environment variable", e.Name)
		return ""
	}
	value, ok := r.env(m[1])
	if !ok || value == "" {
		r.Wrong(e.Value, "credentials: %s: the environment variable %s is not set", e.Name, m[1])
	}
	return value
}
