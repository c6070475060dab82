package console

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// What the console says that the command line says as well comes from wording and remedy; here is what only pages have.
var functions = template.FuncMap{
	"ago":  func(t time.Time) string { return wording.Away(t, time.Now()) },
	"iso":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"full": wording.Moment, "day": wording.Day,
	"n": wording.Number[int], "percent": wording.Percent, "rate": wording.Rate, "change": wording.Change, "plural": wording.Count,
	"money": amountOf, "spaced": spaced, "segments": segments, "empty": empty,
	"stateTone": wording.OrderTone, "packageTone": wording.PackageTone, "itemTone": starter.ItemTone, "endTone": wording.EndTone, "issueTone": issueTone,
	"faultText": (*channel.Fault).Brief, "stepText": wording.Step, "gap": func() string { return remedy.GapWords },
	"noMovements": func() string { return wording.NoMovements }, "notLinked": func() string { return wording.NotLinked },
	"neverCounted": func() string { return wording.NeverCounted }, "noAccounts": func() string { return wording.NoAccounts },
}

// tone is how what is said looks.
type tone = wording.Tone

// spaced is a word of the store's as prose has it. The command line shows it with its hyphens, as its flags take it.
func spaced(s any) string { return strings.ReplaceAll(fmt.Sprint(s), "-", " ") }

// amountOf is an amount; where there is none to read, the sign of an empty place. A page has a dash there, a terminal what can
// be typed.
func amountOf(minor int64, currency string) string {
	if text := wording.Amount(minor, currency); text != "" {
		return text
	}
	return "–"
}

// empties are what is said of lists without rows.
var empties = map[string]wording.Nothing{
	"orders": wording.NoOrders, "runs": wording.NoRuns, "items": wording.NoItems, "products": wording.NoSKUs, "stock": wording.NoStock, "levels": wording.NoLevels,
}

// empty is what is said of a list without rows.
func empty(list string, filtered bool) string { return empties[list].Text(filtered) }
