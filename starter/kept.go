package starter

import (
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/wording"
)

// SecondWriterWords returns what somebody else has set on an account for package wording.
func SecondWriterWords(w levels.SecondWriter) wording.SecondWriter {
	return wording.SecondWriter{Account: w.Account, Levels: w.Levels, Times: w.Times, Contested: w.Contested, Prices: w.Prices, Titles: w.Titles, Statuses: w.Statuses}
}

// WayBackWords returns an account's way back for package wording.
func WayBackWords(w settings.WayBack) wording.WayBack {
	return wording.WayBack{Levels: w.Levels, Unknown: w.Unknown, Going: w.Going, Listed: w.Listed}
}

// ChangedWords returns what has changed on an account since it was published for package wording.
func ChangedWords(w publications.Waiting) wording.Changed {
	return wording.Changed{Items: w.Changed.N, More: w.Changed.AtLeast, Held: w.Held, StruckOff: w.StruckOff}
}

// WhatIsLive returns what of an account is live, as a sentence.
func WhatIsLive(a accounts.Account) string {
	return wording.Account{Enabled: a.Enabled, Paused: a.Paused, PausedWork: a.PausedText(), Observing: a.Observing, Sample: a.Sample, GoingBack: a.GoingBack}.WhatIsLive(a.ID)
}
