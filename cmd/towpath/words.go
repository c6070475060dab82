package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

// moment is a time as tables show it; a zero time is a dash.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// away is how long ago or ahead a time is, in its largest units.
func away(t, now time.Time) string {
	switch d := t.Sub(now); {
	case t.IsZero():
		return "-"
	case d > 0:
		return "in " + took(d)
	default:
		return took(-d) + " ago"
	}
}

func took(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%dd", int(d.Hours()/24))
	case d >= time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	case d >= 10*time.Second:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	}
	return fmt.Sprintf("%.1fs", d.Seconds())
}

// exponents are the currencies whose minor unit is not a hundredth (ISO 4217), of those the channels sell in.
var exponents = map[string]int{"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "ISK": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}

// money is minor units as a person reads them. Without a currency (an Amazon order that is still pending)
// there is nothing to read.
func money(minor int64, currency string) string {
	if currency == "" {
		return "-"
	}
	digits, known := exponents[currency]
	if !known {
		digits = 2
	}
	sign, n := "", uint64(minor)
	if minor < 0 {
		sign, n = "-", -n
	}
	text := fmt.Sprintf("%0*d", digits+1, n)
	if digits > 0 {
		text = text[:len(text)-digits] + "." + text[len(text)-digits:]
	}
	return sign + text + " " + currency
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// stateColour shows at a glance whether an order moves.
func stateColour(s order.State) colour {
	switch s {
	case order.Completed, order.Shipped:
		return green
	case order.Processing, order.Processed:
		return cyan
	case order.Cancelled, order.Skipped:
		return dim
	case order.Open, order.AwaitingPayment:
	}
	return plain
}

// faultText is a fault in an operator's words; the channel's own words are not in it.
func faultText(f *channel.Fault) string {
	if f == nil {
		return ""
	}
	parts := []string{string(f.Class)}
	if f.Code != "" {
		parts = append(parts, f.Code)
	}
	if f.Status != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", f.Status))
	}
	text := strings.Join(parts, " ")
	if f.Operation != "" {
		text += " in " + f.Operation
	}
	if f.RequestID != "" {
		text += ", request id " + f.RequestID
	}
	return text
}

// advice says what a class of fault asks of a person.
func advice(f *channel.Fault) string {
	if f == nil {
		return ""
	}
	switch f.Class {
	case channel.Network, channel.Timeout, channel.Unavailable:
		return "the channel could not be reached: retry when it can"
	case channel.Throttled:
		return "the channel asks for patience: retry later"
	case channel.Auth:
		return "renew the account's credentials, then `towpath accounts resume`"
	case channel.Config:
		return "a setting of the account or the listing forbids it: correct it on the channel, then retry"
	case channel.Invalid:
		return "the channel refuses the data: correct it, then retry"
	case channel.Limit:
		return "a limit of the account is reached: raise it with the channel, then retry"
	case channel.Missing:
		return "the channel does not have it any more: check the listing or the order there"
	case channel.Conflict:
		return "it changed on the channel meanwhile: retry"
	case channel.Unknown:
	}
	return "look at the fault's own words in the console, then retry"
}
