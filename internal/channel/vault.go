package channel

import (
	"context"
	"fmt"
	"math"
	"time"
)

// Grant is a pair of tokens of which the refresh token changes whenever it is used (Shopify's expiring offline tokens).
type Grant struct {
	AccessToken      string
	RefreshToken     string
	ExpiresAt        time.Time // of the access token
	RefreshExpiresAt time.Time // of the refresh token; zero = not told
	Version          int64     // goes up with every rotation; 0 = nothing kept yet
}

// Rotates tells whether the account's grant changes whenever it is used, so that it needs a Vault.
func (a Account) Rotates() bool { return a.Kind == Shopify && a.Credentials["refreshToken"] != "" }

// Vault keeps rotating grants for all processes. What it keeps is encrypted.
type Vault interface {
	// Grant reads the account's grant; Version 0 when none is kept.
	Grant(ctx context.Context, account string) (Grant, error)
	// Rotate gets a newer grant than the one of version `seen`: the kept one if it is newer already, else what
	// refresh answers for the kept one. One refresh runs at a time per account, across all processes, and its
	// grant is on disk before Rotate returns. A refusal of refresh is returned as it is.
	Rotate(ctx context.Context, account string, seen int64, refresh func(ctx context.Context, held Grant) (Grant, error)) (Grant, error)
}

// Severity says how near an end is.
type Severity string

// The severities of an Expiry: one for each of the warnings that are given 30, 14, 7 and 1 days before.
const (
	EndsLater   Severity = "later"    // more than 30 days are left
	EndsSoon    Severity = "soon"     // 30 days or less
	EndsNear    Severity = "near"     // 14 days or less
	EndsUrgent  Severity = "urgent"   // 7 days or less: from here on it counts as something that needs a person
	EndsLastDay Severity = "last-day" // a day or less
	Ended       Severity = "ended"    // nothing works with it any more
)

// When the warnings begin, in days before the end.
const (
	soonDays   = 30
	nearDays   = 14
	urgentDays = 7
	lastDays   = 1
)

// Granted is when an account's access was given. Zero times are not known and end nothing.
type Granted struct {
	AuthorisedOn   time.Time // the seller granted access
	SecretIssuedOn time.Time // the client secret was issued
	RefreshEnds    time.Time // the refresh token that is kept ends, where it rotates
}

// Expiry is something of an account's access that ends at a known time.
type Expiry struct {
	What     string    `json:"what"`     // in the operator's words: authorisation, client secret, refresh token
	Ends     time.Time `json:"ends"`     // from then on calls are refused
	Days     int       `json:"days"`     // left, a begun one counts; 0 and less: it has ended
	Severity Severity  `json:"severity"` //
	Do       string    `json:"do"`       // what keeps the account working
}

// Warns reports whether it is time to tell somebody.
func (e Expiry) Warns() bool { return e.Severity != EndsLater }

// Urgent reports whether somebody has to act now.
func (e Expiry) Urgent() bool {
	return e.Severity == EndsUrgent || e.Severity == EndsLastDay || e.Severity == Ended
}

// Text is the end in a line.
func (e Expiry) Text() string {
	day := e.Ends.UTC().Format(time.DateOnly)
	switch {
	case e.Severity == Ended:
		return fmt.Sprintf("%s ended on %s", e.What, day)
	case e.Days == 1:
		return fmt.Sprintf("%s ends within a day, on %s", e.What, day)
	}
	return fmt.Sprintf("%s ends in %d days, on %s", e.What, e.Days, day)
}

// Expiries tells what of an account's access ends when, as of now. Amazon's authorisations last 365 days and its
// client secrets 180, eBay's consents 18 months (channels' documentation); Shopify says when a rotating refresh
// token ends.
func Expiries(k Kind, g Granted, now time.Time) []Expiry {
	var list []Expiry
	add := func(what string, from, ends time.Time, do string) {
		if !from.IsZero() {
			list = append(list, expiry(what, ends, do, now))
		}
	}
	switch k {
	case Amazon:
		add("authorisation", g.AuthorisedOn, g.AuthorisedOn.AddDate(0, 0, 365),
			"Let the seller authorise the application again in Seller Central, put the new refresh token into the workers' environment, and set authorised_on.")
		add("client secret", g.SecretIssuedOn, g.SecretIssuedOn.AddDate(0, 0, 180),
			"Issue a new client secret in the Solution Provider Portal, put it into the workers' environment, and set secret_issued_on.")
	case EBay:
		add("authorisation", g.AuthorisedOn, g.AuthorisedOn.AddDate(0, 18, 0),
			"Let the seller grant the application access again, put the new refresh token into the workers' environment, and set authorised_on.")
	case Shopify:
		add("refresh token", g.RefreshEnds, g.RefreshEnds,
			"It renews itself whenever it is used: see why the account makes no calls. Once it has ended, install the app in the shop again and put the new refresh token into the workers' environment.")
	}
	return list
}

func expiry(what string, ends time.Time, do string, now time.Time) Expiry {
	e := Expiry{What: what, Ends: ends, Do: do, Severity: EndsLater}
	e.Days = int(math.Ceil(ends.Sub(now).Hours() / 24))
	switch {
	case !now.Before(ends):
		e.Severity = Ended
	case e.Days <= lastDays:
		e.Severity = EndsLastDay
	case e.Days <= urgentDays:
		e.Severity = EndsUrgent
	case e.Days <= nearDays:
		e.Severity = EndsNear
	case e.Days <= soonDays:
		e.Severity = EndsSoon
	}
	return e
}
