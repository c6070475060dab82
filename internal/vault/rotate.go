package vault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/accounts"
)

// Refresh gets a new pair of tokens for the held one from the channel.
type Refresh = func(ctx context.Context, held channel.Grant) (channel.Grant, error)

// Rotate returns a grant newer than version `seen`: the stored one if it is newer already, otherwise the result of
// refresh for the stored one. Only one refresh per account runs at a time, across all processes, and the new grant is
// stored before Rotate returns. Callers in one process share a rotation and its error, so a refused grant costs one
// call. It continues when its caller gives up, since the channel may have issued the new tokens already.
func (v *Vault) Rotate(ctx context.Context, account string, seen int64, refresh Refresh) (channel.Grant, error) {
	for {
		f := v.join(ctx, account, seen, refresh)
		select {
		case <-f.done:
		case <-ctx.Done():
			return channel.Grant{}, fmt.Errorf("rotate tokens of %s: %w", account, ctx.Err())
		}
		if f.err != nil || f.grant.Version > seen {
			return f.grant, f.err
		}
		// Another caller with an older version began it, and its result is the version that this caller knows to be
		// dead.
	}
}

// join returns the account's rotation in progress, or begins one.
func (v *Vault) join(ctx context.Context, account string, seen int64, refresh Refresh) *flight {
	v.mu.Lock()
	defer v.mu.Unlock()
	if f := v.flights[account]; f != nil {
		return f
	}
	f := &flight{done: make(chan struct{})}
	v.flights[account] = f
	go func() {
		f.grant, f.err = v.rotate(context.WithoutCancel(ctx), account, seen, refresh)
		v.mu.Lock()
		delete(v.flights, account)
		v.mu.Unlock()
		close(f.done)
	}()
	return f
}

// rotate waits until the stored grant is newer than seen, or it is this process's turn to refresh it. Another
// process's turn ends with its lease at the latest.
func (v *Vault) rotate(ctx context.Context, account string, seen int64, refresh Refresh) (channel.Grant, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*v.lease)
	defer cancel()
	holder := newHolder()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		row, held, err := v.read(ctx, account)
		if err != nil || held.Version > seen {
			return held, err
		}
		if err := v.lately(account, row.Version); err != nil {
			return channel.Grant{}, err
		}
		taken, err := v.store.Accounts.LeaseGrant(ctx, row, holder, v.lease)
		if err != nil {
			return channel.Grant{}, err
		}
		if taken {
			return v.renew(ctx, account, holder, row, held, refresh)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return channel.Grant{}, fmt.Errorf("wait for another process that refreshes the tokens of %s: %w", account, ctx.Err())
		}
	}
}

// renew refreshes the held grant and stores the result. A grant that an earlier attempt could not store comes first:
// it is newer, and its refresh token may be the only valid one.
func (v *Vault) renew(ctx context.Context, account, holder string, row accounts.Grant, held channel.Grant, refresh Refresh) (channel.Grant, error) {
	defer func() { _ = v.store.Accounts.ReleaseGrant(context.WithoutCancel(ctx), account, holder) }()
	fresh, found := v.unsavedFor(account, row.Version)
	if !found {
		within, cancel := context.WithTimeout(ctx, min(refreshWithin, v.lease/2))
		defer cancel()
		var err error
		if fresh, err = refresh(within, held); err != nil {
			v.remember(account, row.Version, err)
			return channel.Grant{}, err
		}
	}
	kept, err := v.save(ctx, account, holder, row, fresh)
	if errors.Is(err, ErrReplaced) {
		return channel.Grant{}, err
	}
	if err != nil {
		v.mu.Lock()
		v.unsaved[account] = unsaved{grant: fresh, follows: row.Version}
		v.mu.Unlock()
		return channel.Grant{}, fmt.Errorf("the new tokens of %s were not stored; they are not used, and the next try stores them: %w", account, err)
	}
	return kept, nil
}

// remember keeps a refusal for callers that come just after it. Other failures may have passed by then.
func (v *Vault) remember(account string, version int64, err error) {
	if channel.AsFault(err, "token").Class != channel.Auth {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.refused[account] = refused{err: err, version: version, at: time.Now()}
}

// lately returns a recent refusal of the version; nil if there was none.
func (v *Vault) lately(account string, version int64) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if r, found := v.refused[account]; found && r.version == version && time.Since(r.at) < refusal {
		return r.err
	}
	return nil
}

// unsavedFor returns the grant that was fetched for this version, if any. A grant for an earlier version is no longer
// valid.
func (v *Vault) unsavedFor(account string, version int64) (channel.Grant, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	u, found := v.unsaved[account]
	delete(v.unsaved, account)
	return u.grant, found && u.follows == version
}

// save stores a grant as the version after the row's. If another process has stored one meanwhile, this one's lease
// had expired: the other grant is newer and valid, unless this process still has the lease.
func (v *Vault) save(ctx context.Context, account, holder string, row accounts.Grant, fresh channel.Grant) (channel.Grant, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveWithin)
	defer cancel()
	origin := row.Origin
	for {
		fresh.Version = row.Version + 1
		next, err := v.seal(account, fresh)
		if err != nil {
			return channel.Grant{}, err
		}
		saved, err := v.store.Accounts.SaveGrant(ctx, next, row)
		if err != nil {
			return channel.Grant{}, err
		}
		if saved {
			return fresh, nil
		}
		var theirs channel.Grant
		if row, theirs, err = v.read(ctx, account); err != nil {
			return channel.Grant{}, err
		}
		if row.Origin != origin {
			return channel.Grant{}, closed(account, CodeReplaced, ErrReplaced)
		}
		if row.Holder != holder && theirs.Version > 0 {
			return theirs, nil
		}
	}
}
