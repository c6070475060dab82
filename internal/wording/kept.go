package wording

import (
	"fmt"
	"strings"
)

// The functions below say what an answer about listings has done, for the command line and the console alike.

// TriedAgain says what a retry of an incident has done.
func TriedAgain(n int) string {
	return Count(n, "item is", "items are") + " being tried again: this page shows what becomes of it"
}

// StruckOff says what striking listings off has done.
func StruckOff(n int) string {
	return Count(n, "listing is", "listings are") + " struck off: 0 is sent, and publications leave them out"
}

// PutBack says what putting listings back has done.
func PutBack(n int) string {
	return Count(n, "listing is", "listings are") + " put back: levels follow the stock again"
}

// SentAgain says what sending levels once more has done that somebody else had set.
func SentAgain(n int) string { return Plural(n, "level") + " sent again" }

// PricesReleased says what releasing held prices has done.
func PricesReleased(n int) string { return Count(n, "price is", "prices are") + " released" }

// GoesBack says what going back does to levels.
func GoesBack(n int) string {
	return Count(n, "level goes back", "levels go back") + " to what was listed before, less what was sold there since"
}

// SampleLive says how much of an account that observes is live.
func SampleLive(account string, live int) string {
	return fmt.Sprintf("%s observes, %d live: their levels are sent, nothing else", account, live)
}

// SampleNow says how many listings of an account that observes are live in all.
func SampleNow(live int) string {
	return Count(live, "listing is", "listings are") + " live in all: their levels are sent, nothing else"
}

// LeftToOthers says what leaving levels or prices to another tool has done.
func LeftToOthers(n int) string {
	return Count(n, "level or price is", "levels or prices are") + " left to another tool: Towpath sends none until you answer “ours”"
}

// OursAgain says what has become Towpath's again that is no level.
func OursAgain(n int) string {
	return Count(n, "answer is kept", "answers are kept") + ": levels are sent again, and all else goes with the next publication of what has changed"
}

// SecondWriter is what somebody else has set on an account: levels within 24 hours, all else as it still is.
type SecondWriter struct {
	Account                  string
	Levels                   int
	Times                    int // how often, of all these levels
	Contested                int // levels that are corrected no more
	Prices, Titles, Statuses int
}

// Said returns it as a sentence, or an empty one for nothing.
func (w SecondWriter) Said() Said {
	var parts []string
	if w.Levels > 0 {
		parts = append(parts, fmt.Sprintf("%s set by somebody else %s within 24 hours", Count(w.Levels, "level was", "levels were"), Plural(w.Times, "time")))
	}
	if w.Contested > 0 {
		parts = append(parts, Count(w.Contested, "is contested, and corrected", "are contested, and corrected")+" no more: another tool writes there")
	}
	if w.Prices > 0 {
		parts = append(parts, Count(w.Prices, "price is", "prices are")+" as somebody else has set "+It(w.Prices))
	}
	if w.Statuses > 0 {
		parts = append(parts, Count(w.Statuses, "listing was", "listings were")+" ended or taken off sale on the channel, not by Towpath")
	}
	if w.Titles > 0 {
		parts = append(parts, Count(w.Titles, "title was", "titles were")+" changed on the channel, not by Towpath")
	}
	tone := Warn
	if w.Contested+w.Prices+w.Statuses > 0 {
		tone = Bad
	}
	if len(parts) == 0 {
		return Said{}
	}
	return Said{w.Account + ": " + strings.Join(parts, "; ") + ".", tone}
}

// It is what so many things are called after they were named.
func It(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// Changed is how much of an account's goods has changed since they were published, and what keeps some of it back.
type Changed struct {
	Items     int
	More      bool // counting stopped at Items
	Held      int  // prices that the brake holds
	StruckOff int  // listings
}

// Text returns it in words: "12 items changed since they were published, 3 held by the price brake".
func (c Changed) Text() string {
	text := AtLeast(c.Items, c.More) + " items changed since they were published"
	if c.Items == 1 {
		text = "1 item changed since it was published"
	}
	if c.Held > 0 {
		text += ", " + Number(c.Held) + " held by the price brake"
	}
	if c.StruckOff > 0 {
		text += ", " + Number(c.StruckOff) + " struck off"
	}
	return text
}

// WayBack is the way of an account's levels back to what was listed before it went live.
type WayBack struct {
	Levels  int // sent since, that would go back
	Unknown int // sent since, of which nobody knows what was listed before
	Going   int // on their way back
	Listed  int // of these: the channel has them as before
}

// Ahead says what going back would do.
func (w WayBack) Ahead() string {
	text := "No level was sent since, so nothing goes back"
	if w.Levels > 0 {
		text = GoesBack(w.Levels)
	}
	if w.Unknown > 0 {
		text += ". " + Count(w.Unknown, "listing stays as it is: nobody knows what it listed before", "listings stay as they are: nobody knows what they listed before")
	}
	return text + ". What another tool has set while the account observed stays. The account observes again, and packages stay held"
}

// Progress says how far levels are that go back; an empty text: none does.
func (w WayBack) Progress() string {
	switch {
	case w.Going == 0:
		return ""
	case w.Listed < w.Going:
		return fmt.Sprintf("%s of %s are back", Number(w.Listed), Number(w.Going))
	}
	return fmt.Sprintf("%s of %s are back: a scan of orders that begins ten minutes later has to end, then it only observes", Number(w.Listed), Number(w.Going))
}

// PriceChange returns the change from one price to another in per cent, such as "+12.5%"; an empty text: there is nothing to compare with.
func PriceChange(before, wanted int64) string {
	if before <= 0 {
		return ""
	}
	share := 100 * float64(wanted-before) / float64(before)
	if share > -10 && share < 10 {
		return fmt.Sprintf("%+.1f%%", share)
	}
	return fmt.Sprintf("%+.0f%%", share)
}
