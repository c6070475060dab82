package console

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/runs"
)

var functions = template.FuncMap{
	"ago":       func(t time.Time) string { return relative(t, time.Now()) },
	"iso":       func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"full":      func(t time.Time) string { return t.UTC().Format("Mon 2 Jan 2006 15:04:05 UTC") },
	"n":         grouped[int],
	"percent":   func(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) },
	"money":     amountOf,
	"spaced":    func(s any) string { return strings.ReplaceAll(fmt.Sprint(s), "-", " ") },
	"stateTone": stateTone, "itemTone": itemTone, "packageTone": packageTone,
	"faultText": (*channel.Fault).Brief, "endTone": endTone, "issueTone": issueTone, "stepText": stepText,
	"day":    func(t time.Time) string { return t.UTC().Format("2 Jan 2006") },
	"plural": plural, "segments": segments, "signed": grouped[int64], "change": change,
}

// tone is how a status looks. Its text says the same.
type tone string

const (
	toneOK    tone = "ok"
	toneBusy  tone = "busy"
	toneWarn  tone = "warn"
	toneBad   tone = "bad"
	toneQuiet tone = "quiet"
)

// relative is how long ago or ahead a time is.
func relative(t, now time.Time) string {
	d := t.Sub(now).Round(time.Second)
	switch {
	case d > 0:
		return "in " + took(d)
	case d > -2*time.Second:
		return "just now"
	}
	return took(-d) + " ago"
}

// took is a duration in its largest units.
func took(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	case d >= 10*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	case d >= time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	case d >= 10*time.Minute:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d >= time.Minute:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d >= 10*time.Second:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d >= time.Second:
		return fmt.Sprintf("%.3g s", d.Truncate(100*time.Millisecond).Seconds())
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

// grouped is a number with thin spaces between its thousands.
func grouped[N int | int64](n N) string {
	text := strconv.FormatInt(int64(n), 10)
	digits := strings.TrimPrefix(text, "-")
	var b strings.Builder
	b.WriteString(text[:len(text)-len(digits)])
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteRune('\u202f')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// change is a number with its sign, 0 without one.
func change(n int) string {
	if n > 0 {
		return "+" + grouped(n)
	}
	return strings.Replace(grouped(n), "-", "−", 1)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

// amountOf is minor units as a person reads them. While a channel hides the currency (a pending Amazon order)
// there is nothing to read; of a code without a known minor unit only the bare units are sure.
func amountOf(minor int64, currency string) string {
	if currency == "" {
		return "–"
	}
	text := strings.Replace(money.Format(minor, currency), "-", "−", 1) + " " + currency
	if _, known := money.Digits(currency); !known {
		text += " minor units"
	}
	return text
}

func stateTone(s order.State) tone {
	switch s {
	case order.Shipped, order.Completed:
		return toneOK
	case order.Open, order.Processing, order.Processed:
		return toneBusy
	case order.AwaitingPayment:
		return toneWarn
	case order.Cancelled, order.Skipped:
	}
	return toneQuiet
}

func endTone(e channel.Expiry) tone {
	switch {
	case e.Urgent():
		return toneBad
	case e.Warns():
		return toneWarn
	}
	return toneOK
}

func itemTone(s runs.ItemStatus) tone {
	switch s {
	case runs.ItemDone:
		return toneOK
	case runs.ItemPending:
		return toneBusy
	case runs.ItemError:
		return toneBad
	case runs.ItemSkipped:
	}
	return toneQuiet
}

func packageTone(s shipment.State) tone {
	switch s {
	case shipment.Confirmed:
		return toneOK
	case shipment.Saved, shipment.Processed:
		return toneBusy
	case shipment.Parked, shipment.Refused:
		return toneBad
	case shipment.Voided:
	}
	return toneQuiet
}
