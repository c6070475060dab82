package shipment

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Precondition is something that must be true before a package is sent to its channel.
type Precondition struct {
	Name string `json:"name"` // stable, kebab-case
	Text string `json:"text"` // what is looked at, and what it is
	Met  bool   `json:"met"`
	Do   string `json:"do,omitempty"` // what to do where it is not met
}

// Circumstances are the facts on which it depends whether a package can be sent.
type Circumstances struct {
	Account, Reference, Package string // as words of a command line
	Channel                     string

	SwitchedOff, Paused, Observing bool // the account
	PausedReason                   string
	ShipmentsPaused                string // why no packages are sent while the account runs; empty: they are
	AccessEnded                    string // which part of its access has ended; empty: none

	Paid, NeedsPayment bool   // NeedsPayment: the account processes only paid orders
	Gone               string // cancelled, skipped or deleted; empty: the order stands
	Held               string // what holds the order; empty: nothing
	Contradiction      string // undecided; empty: there is none
	PlacedAt           time.Time

	Lines map[string]Linked // the order's lines on the channel, by id

	CarrierCode string // under which the channel knows the carrier; empty: none is named
	CarrierName string // given beside the code Other
	Refusal     string // why it could not be processed; empty: it was not refused
}

// Linked says of an order line which SKU of the merchant's it is; empty: none.
type Linked struct{ SKU string }

// Preconditions returns all preconditions of sending a package, those of its account first, then of its order, then its own.
func (k *Known) Preconditions(c Circumstances) []Precondition {
	ref, account, correct := c.Reference, c.Account, "`towpath packages correct "+c.Reference+" --package "+c.Package+" "
	var list []Precondition
	need := func(name string, met bool, is, isNot, do string) {
		p := Precondition{Name: name, Text: is, Met: met}
		if !met {
			p.Text, p.Do = isNot, do
		}
		list = append(list, p)
	}
	need("account-on", !c.SwitchedOff, "the account is switched on", "the account is switched off in the accounts file", "Enable it there, then restart the workers.")
	need("account-not-paused", !c.Paused, "the account is not paused", "the account is paused: "+c.PausedReason, "`towpath accounts resume "+account+"`, once the reason is gone.")
	need("shipments-not-paused", c.ShipmentsPaused == "", "sending packages is not paused by itself", "sending packages is paused: "+c.ShipmentsPaused,
		"`towpath accounts resume "+account+" --only shipments`, once the reason is gone.")
	need("account-live", !c.Observing, "the account is live", "the account only observes: nothing is sent", "`towpath accounts live "+account+"`.")
	need("access", c.AccessEnded == "", "the access to the channel has not ended", "the access has ended: "+c.AccessEnded, "`towpath accounts show "+account+"` says how to renew it.")

	need("order-stands", c.Gone == "", "the order is neither cancelled nor deleted", "the order is "+c.Gone, "`towpath order "+ref+"` says why.")
	need("paid", c.Paid || !c.NeedsPayment, map[bool]string{true: "the order is paid", false: "the order need not be paid on this account"}[c.Paid],
		"the order is not paid", "Wait for the payment: the next order scan shows it.")
	need("not-held", c.Held == "", "nothing holds the order", "the order is held: "+c.Held, "`towpath order allow "+ref+"`, or cancel it.")
	need("not-contradicted", c.Contradiction == "", "the channel contradicts nothing", "the channel contradicts what was done here: "+c.Contradiction, "`towpath order "+ref+"`, then reopen or keep.")

	text, linked := k.linked(c.Lines)
	need("lines-linked", linked, "every line is one of the channel's and linked to a SKU of yours", text, "`towpath links match --account "+account+"`, or `towpath order "+ref+"` for the lines.")
	need("products", len(k.Left()) > 0, "it contains products: "+k.unitsLeft(), "nothing is left in it", "Nothing needs doing: all of it was cancelled.")
	need("processed", !k.State.Waiting(), "its units are taken out of stock", k.notProcessed(c.Refusal), "`towpath process "+ref+" --package FILE`, once that is put right.")
	need("label", k.Label != "", "it has a label: "+k.Label, "it has no label", "Print the label, and process the package with it.")
	carrier := c.CarrierCode
	if c.CarrierName != "" {
		carrier += ", " + c.CarrierName
	}
	need("carrier", c.CarrierCode != "", "the carrier is known to "+c.Channel+" as "+carrier, "it names no carrier", correct+"--carrier NAME`.")
	tracking := trackable(c.Channel, k.TrackingNumber)
	need("tracking-number", tracking == "", "it has a tracking number: "+k.TrackingNumber, tracking, correct+"--tracking NUMBER`.")
	early := !k.ShippedAt.IsZero() && k.ShippedAt.Before(c.PlacedAt.Truncate(24*time.Hour))
	need("ship-date", !k.ShippedAt.IsZero() && !early, "it has a date of shipping", map[bool]string{true: "it left before the order was placed", false: "it has no date of shipping"}[early],
		correct+"--shipped-at TIME`.")
	return list
}

// Unmet returns those that are not met.
func Unmet(list []Precondition) []Precondition {
	var out []Precondition
	for _, p := range list {
		if !p.Met {
			out = append(out, p)
		}
	}
	return out
}

// linked reports whether every line in the package is one of the order's and linked, and which is not.
func (k *Known) linked(lines map[string]Linked) (text string, ok bool) {
	for _, c := range k.Merged() {
		switch l, found := lines[c.LineID]; {
		case !found:
			return "the channel's order has no line " + c.LineID, false
		case l.SKU == "":
			return "line " + c.LineID + " is linked to no SKU of yours", false
		}
	}
	return "", true
}

func (k *Known) unitsLeft() string {
	n := 0
	for _, c := range k.Left() {
		n += c.Quantity
	}
	if n == 1 {
		return "1 unit"
	}
	return fmt.Sprintf("%d units", n)
}

func (k *Known) notProcessed(refusal string) string {
	if refusal == "" {
		return "it is not processed yet"
	}
	return "it could not be processed: " + refusal
}

// trackable returns what is wrong with a tracking number on a channel, or nothing. eBay drops all but letters and digits, and finds a package by
// what is left.
func trackable(channel, number string) string {
	switch {
	case strings.TrimSpace(number) == "":
		return "it has no tracking number"
	case channel == "ebay" && !strings.ContainsFunc(number, func(r rune) bool { return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) }):
		return "its tracking number has no letters or digits, and eBay takes nothing else"
	}
	return ""
}
