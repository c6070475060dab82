package wording

// NoAccounts is the text shown while there is no account.
const NoAccounts = "No account is connected yet: write the accounts file, `towpath worker` saves what it says."

// Nothing has the texts for an empty list: Fits if nothing matches the filters, AtAll if there is nothing at all,
// with what helps.
type Nothing struct{ Fits, AtAll string }

// Text returns the text for a filtered list, or for a whole one.
func (n Nothing) Text(filtered bool) string {
	if filtered {
		return n.Fits
	}
	return n.AtAll
}

// The lists.
var (
	NoOrders = Nothing{"No order fits these filters.",
		"No order has been saved yet: `towpath sync orders` scans now, `towpath status` says when the next scan is due."}
	NoRuns = Nothing{"No run fits these filters.",
		"Nothing has run yet: `towpath worker` does what is due, `towpath sync orders` scans now."}
	NoItems = Nothing{"No item fits these filters.",
		"Nothing was published yet. To see first what would be wrong: `towpath publish --account ACCOUNT --all --dry-run --wait`."}
	NoSKUs = Nothing{"No SKU of the catalogue fits.",
		"The catalogue is empty: `towpath catalog import FILE` imports the product export of your shop, `--dry-run` shows first what it would do."}
	NoStock = Nothing{"No SKU with stock fits.",
		"No stock has been counted yet: `towpath stock import FILE` imports your channel's or warehouse's export; enter products first, with `towpath catalog import FILE`."}
	NoLevels = Nothing{"No level fits.",
		"No listing of this account is known yet: `towpath links import` reads them from the channel, `towpath links match` links those that fit."}
)

// The texts for a SKU without anything to show.
const (
	NoMovements  = "Nothing has moved yet."
	NeverCounted = "It was never counted: `towpath stock receive` and `towpath stock count` enter what is there, `towpath stock import FILE` a whole file."
	NotLinked    = "No listing is linked to it, nothing is sent to any channel: `towpath links match` links what fits."
)
