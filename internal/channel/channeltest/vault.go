package channeltest

import (
	"context"
	"sync"

	"github.com/towpath/towpath/internal/channel"
)

// Vault is an in-memory channel.Vault for tests: one refresh at a time, as in the store.
type Vault struct {
	mu        sync.Mutex // held during a refresh
	grants    sync.Map   // account -> channel.Grant
	refreshes int
}

var _ channel.Vault = (*Vault)(nil)

// Grant returns the account's grant.
func (v *Vault) Grant(_ context.Context, account string) (channel.Grant, error) {
	g, _ := v.grants.Load(account)
	kept, _ := g.(channel.Grant)
	return kept, nil
}

// Rotate returns a grant newer than version seen.
func (v *Vault) Rotate(
	ctx context.Context, account string, seen int64, refresh func(context.Context, channel.Grant) (channel.Grant, error),
) (channel.Grant, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	kept, err := v.Grant(ctx, account)
	if err != nil || kept.Version > seen {
		return kept, err
	}
	v.refreshes++
	next, err := refresh(ctx, kept)
	if err != nil {
		return channel.Grant{}, err
	}
	next.Version = kept.Version + 1
	v.grants.Store(account, next)
	return next, nil
}

// Refreshes returns the number of refreshes begun.
func (v *Vault) Refreshes() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.refreshes
}
