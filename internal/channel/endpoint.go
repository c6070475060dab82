package channel

import "fmt"

// Means says what an endpoint is on a channel, for those who read a screen.
func (e Endpoint) Means(k Kind) string {
	if e != Test {
		return "Calls go to the channel itself: what is done there is real."
	}
	const stock = " Its orders never touch real stock."
	switch k {
	case Amazon:
		return "Amazon's sandbox answers canned cases only: it proves the connection and the credentials, no more. " +
			"Listings are sent to Amazon's production host with VALIDATION_PREVIEW: validated, and never written." + stock
	case EBay:
		return "eBay's sandbox is a site of its own, with its own sellers, buyers and credentials." + stock
	case Shopify:
		return "A development store works as a real shop does, without real payments." + stock
	}
	return "The channel's test environment." + stock
}

// Name is how the channel spells its name.
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

// Publishes says in a sentence what publishing on an endpoint means on a channel; through is the account that speaks. Amazon's
// sandbox knows no listings of a seller's: its test is the mode VALIDATION_PREVIEW of putListingsItem (listingsItems_2021-08-01).
func (e Endpoint) Publishes(k Kind, through string) string {
	if e != Test {
		return "Production: what is done is real, and buyers see it."
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
