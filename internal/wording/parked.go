package wording

import (
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/invocation"
)

// Parked is something that waits for a person, or for its account to go live.
type Parked struct {
	Account   string
	Package   string // empty: it waits with no package
	Since     time.Time
	Fault     *channel.Fault // nil: it was not parked because of a fault
	Reason    string
	UntilLive bool   // nobody need do anything except let the account go live
	EndsPause string // the command that ends the pause that it waits for; empty: none
}

// Why returns the reason in few words: the fault, with the request id for the channel's support.
func (p Parked) Why() string {
	if p.Fault != nil {
		return p.Fault.Text()
	}
	return p.Reason
}

// Sentence returns what waits, since when and why.
func (p Parked) Sentence(now time.Time) string {
	what := "it"
	if p.Package != "" {
		what = "package " + p.Package
	}
	if p.UntilLive {
		return "Held: " + what + " goes out when the account goes live, `towpath accounts live " + invocation.ShellWord(p.Account) + "`."
	}
	if p.EndsPause != "" {
		return "Held: " + what + " goes out when the pause ends, `" + p.EndsPause + "`."
	}
	text := "It waits for you: " + what + " was parked " + Away(p.Since, now)
	if why := p.Why(); why != "" {
		text += ", " + why
	}
	return text + "."
}
