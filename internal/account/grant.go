package account

import "time"

// Grant is an account's rotating tokens as they are kept: sealed, so that the store knows only when they end.
type Grant struct {
	Account          string
	Origin           string // which refresh token of the accounts file they come from, as a digest
	Version          int64  // goes up with every change
	Sealed           string // empty: none are kept
	ExpiresAt        time.Time
	RefreshExpiresAt time.Time
	RotatedAt        time.Time // when the channel gave them
	Holder           string    // who refreshes them now; empty = nobody
	LeaseUntil       time.Time // until then nobody else does
}

// Kept reports whether there are tokens.
func (g Grant) Kept() bool { return g.Sealed != "" }

// Adopt empties the grant when its tokens come from another refresh token than this one, and reports whether they do: the account was
// authorised again, and what followed from the old token is dead.
func (g *Grant) Adopt(origin string) bool {
	if g.Origin == origin {
		return false
	}
	*g = Grant{Account: g.Account, Origin: origin, Version: g.Version + 1}
	return true
}

// Lease gives a holder the exclusive right to refresh the tokens for a while. It reports false when somebody else has it: a holder
// that has died keeps it until its time is over.
func (g *Grant) Lease(holder string, now time.Time, lease time.Duration) bool {
	if g.Holder != "" && g.LeaseUntil.After(now) {
		return false
	}
	g.Holder, g.LeaseUntil = holder, now.Add(lease)
	return true
}
