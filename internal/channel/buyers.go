package channel

import "time"

// BuyersKept is how long what is known of a buyer is kept after the order is over: the channel shows it as shipped, or as cancelled.
// Amazon allows 30 days after delivery (Data Protection Policy, 1.6 "Data Retention"); since an order is over before it is delivered,
// the record is gone in time where the day of delivery is not known. eBay and Shopify say "no longer than needed": the same.
func (Kind) BuyersKept() time.Duration { return 30 * 24 * time.Hour }

// BuyersKeptAtMost is how long anything of a buyer is kept after it was saved, whatever its order does: an order that a channel never
// shows as over must not keep an address for ever.
const BuyersKeptAtMost = 365 * 24 * time.Hour
