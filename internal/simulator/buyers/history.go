package buyers

import (
	"context"
	"fmt"
	"maps"

	"github.com/towpath/towpath/internal/simulator/market"
)

// Ledger is the readable part of a marketplace: a *market.Market or, in another process, a *market.Reader.
type Ledger interface {
	Entries(ctx context.Context, afterSeq int64, limit int) ([]market.Entry, error)
}

// history is what the marketplaces' ledgers contain about a book.
type history struct {
	placed    map[string]bool   // book ids
	refused   map[string]string // reasons by book id
	cancelled map[string]int    // units by the event's key; 0 = all too late
	late      map[string]int    // units that came too late, by the event's key
	returned  map[string]bool   // the event's key
}

const ledgerPage = 5000

func readHistory(ctx context.Context, ledgers []Ledger) (history, error) {
	h := history{map[string]bool{}, map[string]string{}, map[string]int{}, map[string]int{}, map[string]bool{}}
	for _, l := range ledgers {
		for after := int64(0); ; {
			entries, err := l.Entries(ctx, after, ledgerPage)
			if err != nil {
				return h, fmt.Errorf("read what was played: %w", err)
			}
			for _, e := range entries {
				h.add(e)
				after = e.Seq
			}
			if len(entries) < ledgerPage {
				break
			}
		}
	}
	return h, nil
}

func (h history) add(e market.Entry) {
	switch e.Kind {
	case market.EntryPlace:
		h.placed[e.BookID] = true
	case market.EntryRefuse:
		h.refused[e.BookID] = e.Note
	case market.EntryCancel:
		h.cancelled[e.Note] += e.Quantity
	case market.EntryTooLate:
		h.cancelled[e.Note] += 0
		h.late[e.Note] += e.Quantity
	case market.EntryReturn:
		h.returned[e.Note] = true
	}
}

// recall fills the player's counts from the ledgers.
func (p *Player) recall(ctx context.Context) error {
	h, err := readHistory(ctx, p.ledgers())
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.Copy(p.progress.placed, h.placed)
	maps.Copy(p.progress.returned, h.returned)
	for id := range h.refused {
		p.progress.refused[id] = true
	}
	for key := range h.cancelled {
		p.progress.cancelled[key] = true
	}
	return nil
}

func (p *Player) ledgers() []Ledger {
	var all []Ledger
	for _, m := range p.options.Markets {
		all = append(all, m)
	}
	return all
}

// known reports whether a key was done.
func (p *Player) known(set map[string]bool, key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return set[key]
}
