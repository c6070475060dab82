package channel

import (
	"context"
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
