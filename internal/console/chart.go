package console

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// The size of a chart in its own units: a bar per hour, each as wide as barStep with a gap of one.
const (
	barStep     = 8
	chartHeight = 40
)

// chart is a row of bars, drawn on the server, and the same in words.
type chart struct {
	Title string
	Words string // the figures in a sentence: what they sum up to, the latest, the most
	Bars  []bar
	Width int
	From  time.Time // the beginning of the first hour
	To    time.Time // and of the last one, which goes on
}

// bar is one of them, with its top for what most of it is below (the median), if there is one.
type bar struct {
	Path   string // of the whole bar; empty: it is zero
	Median string // of a line across it; empty: there is none
	Part   bool   // the hour goes on
	Title  string
}

// hourRow is an hour in the table that has the figures of all charts.
type hourRow struct {
	starter.Hour
	Half, Most time.Duration // how long half and 99 of 100 of the levels had waited at most
}

// charts are the small charts of the overview.
type charts struct {
	Charts []chart
	Hours  []hourRow // the newest first
}

// chartsOf draws the hours, the oldest first.
func chartsOf(hours []starter.Hour) charts {
	if len(hours) == 0 {
		return charts{}
	}
	counted := func(title, one, many string, count func(starter.Hour) int) chart {
		c := newChart(title, hours)
		sum, most := 0, 0
		for i, h := range hours {
			sum += count(h)
			if count(h) > count(hours[most]) {
				most = i
			}
		}
		for i, h := range hours {
			n := count(h)
			c.add(float64(n), 0, float64(count(hours[most])), i == len(hours)-1, hourWords(h.Start, wording.Count(n, one, many)))
		}
		last := hours[len(hours)-1]
		c.Words = fmt.Sprintf("%s in %d hours, %s since %s", wording.Count(sum, one, many), len(hours), wording.Number(count(last)), wording.HourIn(last.Start, time.UTC))
		if sum > 0 {
			c.Words += fmt.Sprintf(", most in the hour from %s: %s", wording.HourIn(hours[most].Start, time.UTC), wording.Number(count(hours[most])))
		}
		return c
	}
	all := charts{Charts: []chart{
		counted("Orders saved per hour", "order", "orders", func(h starter.Hour) int { return h.Orders }),
		counted("Failed calls per hour", "failed call", "failed calls", func(h starter.Hour) int { return h.Faults }),
		lagChart(hours),
	}}
	for i := len(hours) - 1; i >= 0; i-- {
		all.Hours = append(all.Hours, hourRow{hours[i], hours[i].Lags.Within(half), hours[i].Lags.Within(most)})
	}
	return all
}

// The shares of levels whose lag is shown: half of them, and 99 of 100.
const (
	half = 0.5
	most = 0.99
)

// lagChart draws how long levels had waited when their channels accepted them: 99 of 100 by the bar, half of them by the line across it.
func lagChart(hours []starter.Hour) chart {
	c := newChart("Push lag per hour, saved to acknowledged", hours)
	worst, all := 0, hours[0].Lags.Within(most)
	for i, h := range hours {
		if lag := h.Lags.Within(most); lag > all {
			worst, all = i, lag
		}
	}
	levels := 0
	for i, h := range hours {
		levels += h.Lags.Levels
		c.add(height(h.Lags.Within(most)), height(h.Lags.Within(half)), height(all), i == len(hours)-1, hourWords(h.Start, lagWords(h)))
	}
	last := hours[len(hours)-1]
	c.Words = fmt.Sprintf("%s accepted in %d hours; since %s: %s", wording.Count(levels, "level", "levels"), len(hours), wording.HourIn(last.Start, time.UTC), lagWords(last))
	if levels > 0 && worst != len(hours)-1 {
		c.Words += fmt.Sprintf("; slowest in the hour from %s: %s", wording.HourIn(hours[worst].Start, time.UTC), lagWords(hours[worst]))
	}
	return c
}

// height is how high a lag is drawn: by its logarithm, or a minute would hide all seconds.
func height(lag time.Duration) float64 { return math.Log1p(lag.Seconds() * 10) }

// lagWords says how long the levels had waited that were accepted in an hour.
func lagWords(h starter.Hour) string {
	if h.Lags.Levels == 0 {
		return "no level accepted"
	}
	return fmt.Sprintf("half within %s, 99 of 100 within %s, the worst %s", wording.Took(h.Lags.Within(half)), wording.Took(h.Lags.Within(most)), wording.Took(h.Lags.Worst))
}

func hourWords(start time.Time, says string) string {
	return wording.HourIn(start, time.UTC) + ": " + says
}

func newChart(title string, hours []starter.Hour) chart {
	return chart{Title: title, Width: barStep * len(hours), From: hours[0].Start, To: hours[len(hours)-1].Start}
}

// add draws the next bar. What is not zero is seen, however small.
func (c *chart) add(value, median, most float64, part bool, title string) {
	b := bar{Part: part, Title: title}
	x := barStep * len(c.Bars)
	if value > 0 {
		high := max(1.5, value/most*(chartHeight-1))
		b.Path = path(x, barStep-1, high)
		if median > 0 {
			b.Median = fmt.Sprintf("M%d %sh%d", x, short(chartHeight-median/most*(chartHeight-1)), barStep-1)
		}
	}
	c.Bars = append(c.Bars, b)
}

// path draws a bar that stands on the chart's bottom.
func path(x, wide int, high float64) string {
	return fmt.Sprintf("M%d %dv-%sh%dv%sz", x, chartHeight, short(high), wide, short(high))
}

// short writes a length with one digit behind the point at most.
func short(f float64) string { return strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0") }
