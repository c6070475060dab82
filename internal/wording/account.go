package wording

import (
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// Account is the current state of an account.
type Account struct {
	Enabled bool
	Paused  bool
	// PausedWork are the kinds of work that are paused while the others go on, in words; OrdersPaused and StockPaused: these are, alone or with the account.
	PausedWork                string
	OrdersPaused, StockPaused bool
	Observing                 bool
	Sample                    int // of one that observes: links that are live
	GoingBack                 int // of one that observes: links that go back to what they listed before
	Unsent                    int // levels that are to be sent
	Refused                   int // levels that the channel refused: they are not sent again before something changes

	NoTemporal bool          // Temporal does not answer: the rest is not known, or as old as Age
	Age        time.Duration // how old Temporal's last answer is; 0: it was given now or never
	Scanning   bool          // an order scan is in progress
	Stopped    bool          // the schedule of its scans is paused
	Scan, Push *message.Status
	// Until when the channel has asked to wait with scans and with pushes; zero: it has not.
	ScanAsked, PushAsked time.Time
}

// Condition returns the account's condition in one or two words.
func (a Account) Condition() Said {
	switch {
	case !a.Enabled:
		return Said{SwitchedOff, Quiet}
	case a.Paused:
		return Said{Paused, Bad}
	case a.PausedWork != "":
		return Said{a.PausedWork, Bad}
	case a.GoingBack > 0:
		return Said{fmt.Sprintf("%s, %d going back", Observing, a.GoingBack), Busy}
	case a.Sample > 0:
		return Said{fmt.Sprintf("%s, %d live", Observing, a.Sample), Good}
	case a.Observing:
		return Said{Observing, Quiet}
	}
	return Said{"live", Good}
}

// WhatIsLive returns what of the account with the id is live, as a sentence.
func (a Account) WhatIsLive(id string) string {
	switch {
	case !a.Enabled:
		return id + " is switched off: nothing is read and nothing is sent."
	case a.GoingBack > 0:
		return id + " observes, and its levels go back to what was listed before it went live."
	case a.Sample > 0:
		return SampleLive(id, a.Sample) + "."
	case a.Observing:
		return id + " observes: its orders and listings are read, and nothing is written to its channel."
	case a.Paused:
		return id + " is live, and paused: nothing is read and nothing is sent until it is resumed."
	}
	if a.PausedWork != "" {
		return id + " is live, with " + a.PausedWork + ": the rest goes on."
	}
	return id + " is live: its levels, packages and publications are sent."
}

// The conditions of an account that is not live.
const (
	SwitchedOff = "switched off"
	Paused      = "paused"
	Observing   = "observing"
)

// OrderScan returns the state of the account's order scan, or the last one that is known, with its age.
func (a Account) OrderScan() Said {
	if a.Age == 0 {
		return a.orderScan()
	}
	last := a
	last.NoTemporal = false
	return Said{last.orderScan().Text + " " + Took(a.Age) + " ago, when Temporal last answered", Quiet}
}

func (a Account) orderScan() Said {
	switch {
	case a.NoTemporal:
		return Said{NotKnown, Quiet}
	case a.Scan != nil:
		return Live(*a.Scan)
	case a.Scanning && a.Age > 0:
		return Said{"in progress", Busy}
	case a.Scanning:
		return Said{NoAnswer, Warn}
	case a.Paused || a.Stopped && !a.OrdersPaused:
		return Said{"stopped until the account is resumed", Bad}
	case a.OrdersPaused:
		return Said{"stopped until orders are resumed", Bad}
	case !a.ScanAsked.IsZero():
		return Said{AskedToWait(a.ScanAsked), Warn}
	}
	return Said{"idle", Quiet}
}

// StockPush returns what happens to the account's levels.
func (a Account) StockPush() Said {
	switch {
	case a.Observing && a.Sample+a.GoingBack == 0:
		return Said{"observing: nothing is sent", Quiet}
	case a.Unsent == 0 && a.Refused > 0:
		return Said{Count(a.Refused, "level was refused", "levels were refused") + " by the channel", Bad}
	case a.Unsent == 0:
		return Said{"every level has been sent", Good}
	case a.Paused:
		return Said{"held until the account is resumed", Bad}
	case a.StockPaused:
		return Said{"held until stock is resumed", Bad}
	case AtWork(a.Push):
		return Live(*a.Push)
	case !a.PushAsked.IsZero():
		return Said{AskedToWait(a.PushAsked), Warn}
	case a.Push != nil:
		return Live(*a.Push)
	case a.NoTemporal:
		return Said{NotKnown, Quiet}
	}
	return Said{"waits to be sent", Busy}
}

// AskedToWait returns the text that the channel has asked to wait with some runs.
func AskedToWait(until time.Time) string {
	return "the channel has asked to wait until " + Moment(until)
}

// EndTone returns the tone for the end of an account's access.
func EndTone(e channel.Expiry) Tone {
	switch {
	case e.Urgent():
		return Bad
	case e.Warns():
		return Warn
	}
	return Good
}

// Summary is the overall state of all accounts.
type Summary struct {
	Accounts int
	NeedYou  int // what waits for a person
	Ending   int // accounts whose access ends soon
	Faults   int // calls that failed in the last hour
	Uncured  int // of Faults, those that belong to what waits for a person
	Scans    int // order scans that are in progress
	Unsent   int // levels that are to be sent
}

// Errors says how many calls failed in the last hour, and how many of them cured themselves: they were repeated with success, or what they were
// about has succeeded since. uncured are those that belong to what waits for a person.
func Errors(n, uncured int) string {
	text := Count(n, "error in the last hour", "errors in the last hour")
	switch {
	case uncured == 0 && n == 1:
		return text + ", which cured itself"
	case uncured == 0:
		return text + ", all cured by themselves"
	case uncured < n:
		return text + ", " + Count(n-uncured, "cured by itself", "cured by themselves")
	}
	return text
}

// Headline returns a summary that begins with the most important state.
func (s Summary) Headline() Said {
	if s.Accounts == 0 {
		return Said{NoAccounts, Warn}
	}
	var parts []string
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, Count(n, one, many))
		}
	}
	tone := Good
	switch {
	case s.NeedYou > 0:
		tone = Bad
	case s.Ending > 0:
		tone = Warn
	}
	if s.NeedYou == 0 {
		parts = append(parts, "Nothing needs you")
	}
	add(s.NeedYou, "thing needs you", "things need you")
	add(s.Ending, "account's access ends soon", "accounts' access ends soon")
	if s.Faults > 0 {
		parts = append(parts, Errors(s.Faults, s.Uncured))
	}
	add(s.Scans, "scan is in progress", "scans are in progress")
	add(s.Unsent, "stock level is queued", "stock levels are queued")
	return Said{strings.Join(parts, " · "), tone}
}
