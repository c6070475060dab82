package channel

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
