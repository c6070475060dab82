package console

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// Texts that the console shares with the command line are in wording and remedy; here are those that only pages have.
var functions = template.FuncMap{
	"ago":  func(t time.Time) string { return wording.Away(t, time.Now()) },
	"iso":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"hour": func(t time.Time) string { return wording.HourIn(t, time.UTC) },
	"full": full, "in": func(zone *time.Location, t time.Time) time.Time { return t.In(zone) }, "day": wording.Day, "dayIn": wording.DayIn,
	"n": wording.Number[int], "atLeast": wording.AtLeast, "percent": wording.Percent, "rate": wording.Rate, "change": wording.Change, "plural": wording.Count,
	"money": amountOf, "spaced": spaced, "segments": segments, "empty": empty,
	"stateTone": wording.OrderTone, "promiseTone": wording.PromiseTone, "packageTone": wording.PackageTone, "shipmentTone": wording.ShipmentTone, "itemTone": starter.ItemTone, "endTone": wording.EndTone, "issueTone": issueTone,
	"faultText": (*channel.Fault).Brief, "stepText": wording.Step, "gap": func() string { return remedy.GapWords },
	"noMovements": func() string { return wording.NoMovements }, "notLinked": func() string { return wording.NotLinked },
	"neverCounted": func() string { return wording.NeverCounted }, "unread": wording.Unread, "noAccounts": func() string { return wording.NoAccounts },
	"took": wording.Took, "liveText": func(s *message.Status) wording.Said { return wording.Live(*s) }, "covered": wording.Coverage, "support": supportAddress,
	"incident": incidentHref, "works": account.Works, "needTone": incidentTone,
	"reason": func(pause string) string { text, _ := incident.FaultOf(pause); return text },
	"pauseHref": func(account, work string) string {
		return incidentPath(incident.Name{Kind: incident.Paused, Account: account, Code: work})
	},
	"sentence":    wording.Sentence,
	"past":        past,
	"sampleFirst": func() int { return starter.SampleFirst },
}

// full returns a time in the zone that "in" gave it, else in UTC. The machine's own zone is nobody's.
func full(t time.Time) string {
	if t.Location() == time.Local {
		return wording.Moment(t)
	}
	return wording.MomentIn(t, t.Location())
}

// overdue is how long ago something may have been due that is still said to come: it is "just now".
const overdue = 2 * time.Second

// past reports whether something that was to happen at a time is overdue, as the next run is while Temporal does not answer.
func past(t time.Time) bool { return !t.IsZero() && time.Since(t) > overdue }

// tone returns the tone of a text.
type tone = wording.Tone

// spaced returns one of the store's words with spaces, as in prose. The command line shows it with its hyphens, as
// its flags accept it.
func spaced(s any) string { return strings.ReplaceAll(fmt.Sprint(s), "-", " ") }

// amountOf returns an amount, or the sign for an empty place if there is none. A page has a dash there, a terminal a
// text that can be typed.
func amountOf(minor int64, currency string) string {
	if text := wording.Amount(minor, currency); text != "" {
		return text
	}
	return "–"
}

// empties are the texts for lists without rows.
var empties = map[string]wording.Nothing{
	"orders": wording.NoOrders, "runs": wording.NoRuns, "items": wording.NoItems, "products": wording.NoSKUs, "stock": wording.NoStock, "levels": wording.NoLevels,
}

// empty returns the text for a list without rows.
func empty(list string, filtered bool) string { return empties[list].Text(filtered) }
