package config

import (
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/towpath/towpath/internal/channel"
)

// credentials are those that each channel's adapter cannot do without: one of the sets. A set is chosen by
// what the file gives of it, the first one when it gives nothing.
var credentials = map[channel.Kind][][]string{
	channel.Amazon: {{"clientId", "clientSecret", "refreshToken", "sellerId"}},
	channel.EBay:   {{"clientId", "clientSecret", "refreshToken"}},
	channel.Shopify: {
		{"accessToken"}, // a token that does not end
		{"clientId", "clientSecret", "refreshToken"}, // expiring tokens, whose refresh token rotates
	},
}

// needCredentials reads the credentials and reports those that are missing. n is the account's node.
func (r *reader) needCredentials(n, value *yaml.Node, a *Account) {
	if !a.Store.Enabled {
		return // an account that is switched off may wait for its credentials
	}
	if value != nil {
		r.credentials(a, entry{&yaml.Node{Value: "credentials"}, value})
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
			r.wrong(n, "account %s: credentials: %s is missing; write it as ${NAME} of an environment variable", a.Store.ID, key)
		}
	}
}

// reference is a credential that stands in the environment.
var reference = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$`)

func (r *reader) credentials(a *Account, e entry) {
	var known []string
	for _, sets := range credentials {
		known = append(known, slices.Concat(sets...)...)
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
