package config

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
)

func (r *reader) address(e document.Field) string {
	text := r.Text(e)
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		r.Wrong(e.Value, "%s: want an address like https://host or http://127.0.0.1:7501", e.Name)
		return ""
	}
	return text
}

// addresses reports addresses to which a real seller's credentials must not be sent: without TLS, or in a private
// network. Only simulated marketplaces may have them.
func (r *reader) addresses(at map[string]*document.Node, a *Account) {
	c := &a.Channel
	a.Store.Simulated = c.Simulated
	if u, err := url.Parse(c.BaseURL); err == nil {
		a.Store.Host = u.Host
	}
	if c.Simulated {
		if at["base_url"] == nil {
			r.Wrong(at["simulated"], "simulated: base_url is missing: give the simulated marketplace's address, e.g. http://127.0.0.1:7501")
		}
		return
	}
	if c.Endpoint != channel.Production {
		return
	}
	given := map[string]string{"base_url": c.BaseURL, "auth_url": c.AuthURL}
	if c.Kind == channel.Shopify && c.Marketplace != "" {
		given["marketplace"] = "https://" + c.Marketplace
	}
	for _, key := range document.Keys(given) {
		u, err := url.Parse(given[key])
		switch {
		case err != nil:
			r.Wrong(at[key], "%s: %q is not a host name", key, document.Clip(c.Marketplace))
		case u.Scheme == "http":
			r.Wrong(at[key], "%s: calls to production must use https; for a simulated marketplace add `simulated: true`", key)
		case within(u.Hostname()):
			r.Wrong(at[key], "%s: %s is an address of this machine or network, not a channel's: delete the line; for a simulated marketplace add `simulated: true`", key, document.Clip(u.Hostname()))
		}
	}
}

// within reports whether a host's name alone is this machine or a private network. A name that resolves to one is
// refused when it is called.
func within(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.Unmap()
		return !ip.IsGlobalUnicast() || ip.IsPrivate()
	}
	// Resolvers also accept 127.1, 2130706433 and 0x7f.1 as addresses; no channel's name ends in a number.
	_, err := strconv.ParseUint(host[strings.LastIndexByte(host, '.')+1:], 0, 64)
	return err == nil
}
