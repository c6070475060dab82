package main

import (
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/hint"
	"github.com/towpath/towpath/internal/money"
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

// due is away for what is still to come: a schedule whose time has passed waits for the run before it.
func due(t, now time.Time) string {
	if !t.IsZero() && !t.After(now) {
		return "due"
	}
	return away(t, now)
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

// amountOf is minor units as a person reads them. Without a currency (an Amazon order that is still pending)
// there is nothing to read; of a code without a known minor unit only the bare units are sure.
func amountOf(minor int64, currency string) string {
	if currency == "" {
		return "-"
	}
	text := money.Format(minor, currency) + " " + currency
	if _, known := money.Digits(currency); !known {
		text += " minor units"
	}
	return text
}

// shellWord is text as a shell takes it as one word: Shopify's order names begin with #.
func shellWord(s string) string { return hint.Word(s) }

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
