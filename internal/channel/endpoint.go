package channel

import "fmt"

// Means returns a sentence for screens that explains what an endpoint is on a channel.
func (e Endpoint) Means(k Kind) string {
	if e != Test {
		return "Calls go to the real channel: every change is real."
	}
	const stock = " Its orders never touch real stock."
	switch k {
	case Amazon:
		return "Amazon's sandbox returns fixed answers only: it tests the connection and the credentials, nothing else. " +
			"Listings are sent to Amazon's production host with VALIDATION_PREVIEW: validated, and never written." + stock
	case EBay:
		return "eBay's sandbox is a site of its own, with its own sellers, buyers and credentials." + stock
	case Shopify:
		return "A development store works as a real shop does, without real payments." + stock
	}
	return "The channel's test environment." + stock
}

// TestLists reports whether listings and levels that are sent to the channel's test endpoint really exist there. On eBay's
// sandbox, a site of its own, and in a Shopify development store they do. Amazon's sandbox has no listings of the seller, so a
// test there is the mode VALIDATION_PREVIEW of putListingsItem and patchListingsItem (listingsItems_2021-08-01): it never writes.
func (k Kind) TestLists() bool { return k != Amazon }

// Name returns the channel's name as the channel spells it.
func (k Kind) Name() string {
	switch k {
	case Amazon:
		return "Amazon"
	case EBay:
		return "eBay"
	case Shopify:
		return "Shopify"
	}
	return string(k)
}

// Publishes returns a sentence that explains what publishing on an endpoint of a channel does; through is the account
// used. See TestLists.
func (e Endpoint) Publishes(k Kind, through string) string {
	if e != Test {
		return "Production: every change is real, and buyers see it."
	}
	switch k {
	case Amazon:
		return "Test on Amazon is VALIDATION_PREVIEW: its production host validates each listing, one call each, and writes nothing."
	case EBay:
		return fmt.Sprintf("Test on eBay is its sandbox, through account %s: a site of its own, which no buyer sees.", through)
	case Shopify:
		return fmt.Sprintf("Shopify has no test endpoint: %s is a development store, which is another shop.", through)
	}
	return "Test: the channel's test environment, through account " + through + "."
}
