package console

import (
	"fmt"
	"math"
	"net/url"
	"time"

	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// barsShown is how many runs a row of bars has at most.
const barsShown = 24

// runBars are the newest runs of a kind on an account as a row of bars, the oldest on the left.
type runBars struct {
	Kind  runs.RunKind
	Words string // the same in words
	Bars  []runBar
	Width int
}

// runBar is a run: its height is how long it took, its shape and colour how it ended.
type runBar struct {
	Href, Path, Mark string // Mark: the sign on its top of a run that did not go well; empty: it has none
	Tone             wording.Tone
	Title            string
	Notable          bool // the keyboard stops at it: what went well is in the list of runs
}

// barsByKind draws the runs of each kind, those of the first one first.
func barsByKind(kinds []starter.KindHealth, first runs.RunKind, now time.Time) (all []*runBars) {
	for _, k := range kinds {
		if k.Kind == first {
			all = append(all, barsOf(k.Kind, k.Recent, now))
		}
	}
	for _, k := range kinds {
		if k.Kind != first {
			all = append(all, barsOf(k.Kind, k.Recent, now))
		}
	}
	return all
}

// barsOf draws runs, the newest first in the list: at least one.
func barsOf(kind runs.RunKind, list []runs.Run, now time.Time) *runBars {
	list = list[:min(len(list), barsShown)]
	longest := time.Duration(1)
	bad := 0
	for _, r := range list {
		longest = max(longest, lasted(r, now))
		if r.Failed() {
			bad++
		}
	}
	b := &runBars{Kind: kind, Width: barStep * max(len(list), barsShown/3)}
	for i := len(list) - 1; i >= 0; i-- {
		b.add(list[i], now, longest)
	}
	oldest, newest := list[len(list)-1].StartedAt, list[0].StartedAt
	b.Words = fmt.Sprintf("%s of %s went well, %s to %s; the longest took %s", wording.Number(len(list)-bad), wording.Plural(len(list), "run"), wording.Moment(oldest), wording.Moment(newest), wording.Took(longest))
	return b
}

// lasted returns how long a run took, or has taken until now.
func lasted(r runs.Run, now time.Time) time.Duration {
	if r.EndedAt.IsZero() {
		return max(0, now.Sub(r.StartedAt))
	}
	return max(0, r.EndedAt.Sub(r.StartedAt))
}

func (b *runBars) add(r runs.Run, now time.Time, longest time.Duration) {
	x := barStep * len(b.Bars)
	took := lasted(r, now)
	high := max(3, math.Sqrt(float64(took)/float64(longest))*(chartHeight-10))
	said := starter.RunWords(r).Result()
	bar := runBar{
		Href: "/runs/" + url.PathEscape(r.ID), Path: path(x, barStep-1, high), Tone: said.Tone, Notable: r.Failed() || !r.Ended(),
		Title: fmt.Sprintf("%s, %s: %s", wording.Moment(r.StartedAt), wording.Took(took), said.Text),
	}
	top := chartHeight - high - 2
	switch {
	case !r.Ended():
		bar.Mark = fmt.Sprintf("M%d %sh5", x+1, short(top-2)) // a dash: it goes on
	case r.FaultID != "":
		bar.Mark = fmt.Sprintf("M%d %sl5-5m-5 0l5 5", x+1, short(top)) // a cross: it failed
	case r.Counts.Errors > 0:
		bar.Mark = fmt.Sprintf("M%d %sl2.5-5l2.5 5z", x+1, short(top)) // a triangle: something of it is in error
	}
	b.Bars = append(b.Bars, bar)
}
