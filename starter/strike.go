package starter

import (
	"context"
	"fmt"
	"strings"
)

// StrikeAsk asks to strike listings off an account, or to put them back.
type StrikeAsk struct {
	Account     string
	ChannelSKUs []string // at least one
	Reason      string   // why they are struck off; not needed to put them back
	By          string   // who strikes them off, a person or a program
}

// Struck is what has changed.
type Struck struct {
	Account string   `json:"account"`
	Changed []string `json:"changed"`           // channel SKUs
	Already []string `json:"already,omitempty"` // those that were as asked before
	Warning string   `json:"warning,omitempty"` // their levels wait for the sweep

	ChannelFulfils []string `json:"channelFulfils,omitempty"` // those that the channel ships itself: it goes on selling them
}

// Strike strikes listings off: their level is 0 and they are not published, whatever imports, stock and the catalogue say, until they are
// put back. A channel SKU that is neither linked nor listed is refused, and nothing is done.
func (s *Starter) Strike(ctx context.Context, ask StrikeAsk) (Struck, error) {
	switch {
	case strings.TrimSpace(ask.Reason) == "":
		return Struck{}, &UsageError{Problem: "say why they are struck off: --reason R"}
	case ask.By == "":
		return Struck{}, &UsageError{Problem: "say who strikes them off: --by NAME"}
	}
	fulfils, err := s.Store.Levels.Strikable(ctx, ask.Account, ask.ChannelSKUs)
	if err != nil {
		return Struck{}, err
	}
	var theirs []string
	for _, sku := range ask.ChannelSKUs {
		byChannel, known := fulfils[sku]
		if !known {
			return Struck{}, &UsageError{Problem: fmt.Sprintf("%s has no listing %q: `towpath links list --account %s` shows the channel's SKUs", ask.Account, sku, ask.Account)}
		}
		if byChannel {
			theirs = append(theirs, sku)
		}
	}
	changed, err := s.Store.Levels.Strike(ctx, ask.Account, ask.ChannelSKUs, ask.Reason, ask.By)
	done, err := s.turned(ctx, ask, changed, err)
	done.ChannelFulfils = theirs
	return done, err
}

// PutBack ends that listings are struck off: their levels follow the stock again, and publications have them.
func (s *Starter) PutBack(ctx context.Context, ask StrikeAsk) (Struck, error) {
	changed, err := s.Store.Levels.PutBack(ctx, ask.Account, ask.ChannelSKUs)
	return s.turned(ctx, ask, changed, err)
}

// turned wakes the account's push, and says what changed.
func (s *Starter) turned(ctx context.Context, ask StrikeAsk, changed []string, err error) (Struck, error) {
	if err != nil {
		return Struck{}, err
	}
	done := Struck{Account: ask.Account, Changed: []string{}}
	was := make(map[string]bool, len(changed))
	for _, sku := range changed {
		was[sku] = true
	}
	for _, sku := range ask.ChannelSKUs {
		if was[sku] {
			done.Changed = append(done.Changed, sku)
		} else {
			done.Already = append(done.Already, sku)
		}
	}
	if len(changed) > 0 {
		done.Warning = s.wakeOrWarn(ctx, []string{ask.Account})
	}
	return done, nil
}
