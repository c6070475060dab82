package backfill

import "time"

// Search is what a channel allows a search of past orders. Where it publishes no limit, the value is ours: a smaller search is
// finished before the channel ends it, and is soon repeated.
type Search struct {
	Longest time.Duration // of the range of one search
	Most    int           // orders that one search shows in all its pages
	Page    int           // orders on a page
	First   time.Duration // of the first window
}

// Walk goes through a range in windows, the oldest first. Each window is one search; its length follows how many orders the searches
// find. It is carried in the workflow's input.
type Walk struct {
	Range
	Position time.Time     `json:"position"` // everything before it was read
	Length   time.Duration `json:"length"`   // of the next window
}

// shortest is the shortest window: an account with more orders than a search shows in one minute is read page by page all the same.
const shortest = time.Minute

// Begin returns the walk through a range.
func Begin(r Range, s Search) Walk {
	return Walk{Range: r, Position: r.From, Length: fit(s.First, s)}
}

// Window returns the next window; more is false when the whole range was read.
func (w Walk) Window() (window Range, more bool) {
	end := w.Position.Add(w.Length)
	if end.After(w.To) {
		end = w.To
	}
	return Range{From: w.Position, To: end}, w.Position.Before(w.To)
}

// Halved returns the walk with half the window, after a search that finds more than it may show or that the channel ended. ok is false
// when the window can't be shorter.
func (w Walk) Halved() (next Walk, ok bool) {
	window, more := w.Window()
	half := (window.To.Sub(window.From) / 2).Truncate(time.Second)
	if !more || half < shortest {
		return w, false
	}
	w.Length = half
	return w, true
}

// Passed returns the walk after its window was read and had so many orders. An empty window makes the next one four times as long, a
// window of up to a page twice, one that was nearly full half.
func (w Walk) Passed(found int, s Search) Walk {
	window, _ := w.Window()
	w.Position = window.To
	switch {
	case found == 0:
		w.Length *= 4
	case found <= s.Page:
		w.Length *= 2
	case 2*found > s.Most:
		w.Length /= 2
	}
	w.Length = fit(w.Length, s)
	return w
}

// fit keeps a window within the limits.
func fit(d time.Duration, s Search) time.Duration {
	return max(min(d, s.Longest), shortest).Truncate(time.Second)
}

// Share returns which part of the range was read, from 0 to 1.
func (w Walk) Share() float64 {
	all := w.To.Sub(w.From)
	if all <= 0 {
		return 1
	}
	return min(max(float64(w.Position.Sub(w.From))/float64(all), 0), 1)
}

// Left estimates how long the rest takes, if it goes on as it went; 0 when nothing tells. share is the part that was done in a time.
func Left(share float64, took time.Duration) time.Duration {
	if share <= 0 || share >= 1 || took <= 0 {
		return 0
	}
	left := float64(took) * (1 - share) / share
	return min(time.Duration(min(left, float64(longest))), longest).Round(time.Second)
}
