package order

// Cause is why an order is cancelled, as its channel is told: each adapter has the channel's word for it.
type Cause string

// The causes.
const (
	CauseBuyer   Cause = "buyer"   // the buyer asked for it
	CauseStock   Cause = "stock"   // the goods can't be supplied
	CauseAddress Cause = "address" // nothing can be delivered to the address
	CausePayment Cause = "payment" // the payment was declined or is missing
	CauseFraud   Cause = "fraud"   //
	CauseMistake Cause = "mistake" // of the seller, as a wrong price
	CauseOther   Cause = "other"   //
)

// Causes lists all causes.
func Causes() []Cause {
	return []Cause{CauseBuyer, CauseStock, CauseAddress, CausePayment, CauseFraud, CauseMistake, CauseOther}
}
