package channel

import (
	"context"
	"fmt"
	"math"
	"time"
)

// Grant is a pair of tokens; the refresh token changes at every use (Shopify's expiring offline tokens).
type Grant struct {
	AccessToken      string
	RefreshToken     string
	ExpiresAt        time.Time // of the access token
	RefreshExpiresAt time.Time // of the refresh token; zero = not known
	Version          int64     // rises with every rotation; 0 = nothing stored yet
}

// Rotates reports whether the account's grant changes at every use, so that it needs a Vault.
func (a Account) Rotates() bool { return a.Kind == Shopify && a.Credentials["refreshToken"] != "" }

// Vault stores rotating grants for all processes, encrypted.
type Vault interface {
	// Grant returns the account's stored grant; its Version is 0 when none is stored.
	Grant(ctx context.Context, account string) (Grant, error)
	// Rotate returns a grant newer than version `seen`: the stored one if it is newer already, otherwise the result
	// of refresh for the stored one. Only one refresh per account runs at a time, across all processes, and the new
	// grant is stored before Rotate returns. An error of refresh is returned unchanged.
	Rotate(ctx context.Context, account string, seen int64, refresh func(ctx context.Context, held Grant) (Grant, error)) (Grant, error)
}

// Severity is how near the end of an Expiry is.
type Severity string

// The severities of an Expiry; warnings are given 30, 14, 7 and 1 days before the end.
const (
	EndsLater   Severity = "later"    // more than 30 days are left
	EndsSoon    Severity = "soon"     // 30 days or less
	EndsNear    Severity = "near"     // 14 days or less
	EndsUrgent  Severity = "urgent"   // 7 days or less: from here on it needs a person
	EndsLastDay Severity = "last-day" // a day or less
	Ended       Severity = "ended"    // it no longer works
)

// Days before the end at which the warnings are given.
const (
	soonDays   = 30
	nearDays   = 14
	urgentDays = 7
	lastDays   = 1
)

// Granted is when the parts of an account's access were issued. Zero times are not known.
type Granted struct {
	AuthorisedOn   time.Time // the seller granted access
	SecretIssuedOn time.Time // the client secret was issued
	RefreshEnds    time.Time // the end of the stored rotating refresh token
}

// Expiry is a part of an account's access that ends at a known time.
type Expiry struct {
	What     string    `json:"what"`     // in the operator's words: authorisation, client secret, refresh token
	Ends     time.Time `json:"ends"`     // calls are refused from this time on
	Days     int       `json:"days"`     // days left, rounded up; 0 or less = ended
	Severity Severity  `json:"severity"` //
	Do       string    `json:"do"`       // what to do to keep the account working
}

// Warns reports whether to warn about it.
func (e Expiry) Warns() bool { return e.Severity != EndsLater }

// Urgent reports whether somebody must act now.
func (e Expiry) Urgent() bool {
	return e.Severity == EndsUrgent || e.Severity == EndsLastDay || e.Severity == Ended
}

// Text returns the expiry in one line.
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

// Expiries returns what ends when, as of now. Amazon's authorisations last 365 days and its client secrets 180;
// eBay's consents last 18 months (the channels' documentation). Shopify's token answers contain the end of a rotating
// refresh token.
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
