package buyers

import "time"

// Progress is a snapshot of how far the player has come, over all rounds and restarts.
type Progress struct {
	Placed, Refused     int // orders
	Cancelled, Returned int // events played; a cancellation that came too late is played
	Round               int // of endless play, 0 first
	Events, Total       int // played and planned, of this round
	BookTime            time.Time
	Holding             bool // waiting for the platform to keep up
	Waiting             int  // payments, races and returns held back for their moment
	GivenUp             int  // returns of goods that were never shipped
	Done                bool // the book has been played to its end
}

// Progress returns the player's progress.
func (p *Player) Progress() Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.state
	s.Placed, s.Refused = len(p.progress.placed), len(p.progress.refused)
	s.Cancelled, s.Returned = len(p.progress.cancelled), len(p.progress.returned)
	return s
}

// progressSets have the keys of what was done, so that nothing counts twice after a restart.
type progressSets struct{ placed, refused, cancelled, returned map[string]bool }

func newProgressSets() progressSets {
	return progressSets{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

// done adds a key to one of the sets.
func (p *Player) done(set map[string]bool, key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	set[key] = true
}

// show updates the snapshot after an event or a wait.
func (p *Player) show(change func(*Progress)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.state)
	p.state.Waiting = len(p.postponed)
}
