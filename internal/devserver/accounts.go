package devserver

import (
	"fmt"
	"strconv"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator"
)

// maxAccounts is the most accounts that the simulated merchant can have. The Temporal server remembers the rates of 2,000 keys of a queue
// (matching.fairnessKeyRateLimitCacheSize), and an Amazon account has twelve.
const maxAccounts = 500

// SetAccounts sets how many accounts the simulated merchant has, as the flag says it.
func (o *Options) SetAccounts(word string) error {
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 || n > maxAccounts {
		return fmt.Errorf("want a whole number from 1 to %d", maxAccounts)
	}
	o.Accounts = n
	return nil
}

// checkAccounts takes the number of accounts from the data folder if none was given, and returns a UsageError for one that can't be.
func (o *Options) checkAccounts() error {
	if before, err := o.played(); err == nil && o.Accounts == 0 && !o.Fresh {
		o.Accounts = before.Accounts
	}
	if o.Accounts < 0 || o.Accounts > maxAccounts {
		return UsageError{fmt.Errorf("--accounts %d: want a whole number from 1 to %d", o.Accounts, maxAccounts)}
	}
	if last := o.Ports.Markets + o.Accounts - 1; o.Ports.Markets > 0 && last > mostPort {
		return UsageError{fmt.Errorf("--accounts %d: the marketplaces would need the ports %d to %d: give a smaller --markets-port, or 0 for free ones",
			o.Accounts, o.Ports.Markets, last)}
	}
	return nil
}

// mostPort is the greatest port there is.
const mostPort = 65535

// accounts returns the simulated merchant's accounts.
func (o *Options) accounts() []simulator.AccountSpec {
	specs := o.sellers()
	if o.Sandboxes {
		specs = append(specs, simulator.AccountSpec{ID: sandboxOf[channel.EBay], Kind: channel.EBay, Test: true},
			simulator.AccountSpec{ID: sandboxOf[channel.Shopify], Kind: channel.Shopify, Test: true})
	}
	for i := range specs {
		if o.Ports.Markets != 0 {
			specs[i].Port = o.Ports.Markets + i
		}
	}
	return specs
}

// sellers returns the accounts with buyers: one on each marketplace, or as many as were asked for, on the marketplaces in turn.
func (o *Options) sellers() []simulator.AccountSpec {
	kinds := []channel.Kind{channel.Amazon, channel.EBay, channel.Shopify}
	var specs []simulator.AccountSpec
	if o.Accounts == 0 {
		for _, kind := range kinds {
			specs = append(specs, simulator.AccountSpec{ID: string(kind) + "-uk", Kind: kind})
		}
		return specs
	}
	for i := range o.Accounts {
		kind := kinds[i%len(kinds)]
		specs = append(specs, simulator.AccountSpec{ID: fmt.Sprintf("%s-%d", kind, i/len(kinds)+1), Kind: kind})
	}
	return specs
}

// accountIDs returns the ids of the accounts with buyers.
func (o *Options) accountIDs() []string {
	var ids []string
	for _, a := range o.sellers() {
		ids = append(ids, a.ID)
	}
	return ids
}

// sandboxOf are the accounts for the channels' test endpoints, where a channel has a separate one.
var sandboxOf = map[channel.Kind]string{channel.EBay: "ebay-sandbox", channel.Shopify: "shopify-dev"}
