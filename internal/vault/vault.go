// Package vault keeps grants whose refresh token changes whenever it is used, for all processes of one store. A grant is
// encrypted before it is stored, stored before anybody uses it, and renewed by one process at a time.
package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
)

const (
	// lease is how long a process may take to refresh and store before another takes its turn: it has died, as far
	// as others can know. What it does within is bounded to end before, so that two are not under way.
	lease         = 60 * time.Second
	refreshWithin = 25 * time.Second
	saveWithin    = 30 * time.Second
	pollEvery     = 200 * time.Millisecond
	// refusal is for how long a refused grant is taken for refused without asking again: the account is paused by the
	// first who is told, and until then others may be on their way.
	refusal = time.Second
)

// Codes of the faults for which an account's tokens can't be used.
const (
	CodeOtherKey = "TOKENS_SEALED"   // ErrOtherKey
	CodeTampered = "TOKENS_TAMPERED" // ErrTampered
	CodeReplaced = "TOKENS_REPLACED" // ErrReplaced
)

// ErrReplaced says that another process was given another refresh token for the account, later than this one.
var ErrReplaced = errors.New("another process was started with another refresh token for the account: restart this one with it")

// closed is the error of tokens that can't be used: the cause, and a fault for the activity that needs them.
func closed(account, code string, cause error) error {
	return fmt.Errorf("account %s: %w: %w", account, cause, channel.Refusal(channel.Config, "token", code, cause.Error()))
}

// Vault keeps grants in the store. It implements channel.Vault and is safe for concurrent use.
type Vault struct {
	store *store.Store
	keys  Keys
	lease time.Duration

	mu      sync.Mutex
	origins map[string]string  // account -> digest of the refresh token that the accounts file gave
	flights map[string]*flight // account -> the rotation under way in this process
	refused map[string]refused // account -> the last refusal
	unsaved map[string]unsaved // account -> what the channel gave and the store would not take
}

var _ channel.Vault = (*Vault)(nil)

// flight is one rotation, shared by all callers in the process.
type flight struct {
	done  chan struct{} // closed when the fields below are set
	grant channel.Grant
	err   error
}

// unsaved is a grant that was got for the one of a version.
type unsaved struct {
	grant   channel.Grant
	follows int64
}

// refused is the channel's refusal of the grant of a version.
type refused struct {
	err     error
	version int64
	at      time.Time
}

// New makes a vault on a store.
func New(s *store.Store, keys Keys) *Vault {
	return &Vault{
		store: s, keys: keys, lease: lease,
		origins: make(map[string]string), flights: make(map[string]*flight), unsaved: make(map[string]unsaved),
		refused: make(map[string]refused),
	}
}

// Adopt tells the vault which refresh token the accounts file gives for an account. As long as it is the same one,
// the grant that followed from it counts. Another one means that the account was authorised anew: what is kept is dead.
func (v *Vault) Adopt(ctx context.Context, account, refreshToken string) error {
	digest := sha256.Sum256([]byte(refreshToken))
	origin := hex.EncodeToString(digest[:])
	if err := v.store.Accounts.AdoptGrant(ctx, account, origin); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.origins[account] = origin
	delete(v.unsaved, account)
	delete(v.refused, account)
	return nil
}

// Grant reads the account's grant; Version 0 when none is kept. Errors: ErrOtherKey, ErrTampered, ErrReplaced, each
// with a *channel.Fault of class Config in its chain.
func (v *Vault) Grant(ctx context.Context, account string) (channel.Grant, error) {
	_, grant, err := v.read(ctx, account)
	return grant, err
}

// read answers the row and the grant in it; a grant of Version 0 when it holds none.
func (v *Vault) read(ctx context.Context, account string) (accounts.Grant, channel.Grant, error) {
	row, err := v.store.Accounts.Grant(ctx, account)
	if err != nil {
		return row, channel.Grant{}, err
	}
	grant, err := v.open(row)
	return row, grant, err
}

func (v *Vault) open(row accounts.Grant) (channel.Grant, error) {
	v.mu.Lock()
	origin := v.origins[row.Account]
	v.mu.Unlock()
	if origin != row.Origin {
		return channel.Grant{}, closed(row.Account, CodeReplaced, ErrReplaced)
	}
	if row.Sealed == "" {
		return channel.Grant{}, nil
	}
	text, err := v.keys.Open(row.Sealed, row.Account, row.Version)
	if errors.Is(err, ErrOtherKey) {
		return channel.Grant{}, closed(row.Account, CodeOtherKey, err)
	}
	if err != nil {
		return channel.Grant{}, closed(row.Account, CodeTampered, err)
	}
	var grant channel.Grant
	if err := json.Unmarshal(text, &grant); err != nil {
		return channel.Grant{}, closed(row.Account, CodeTampered, ErrTampered)
	}
	grant.Version = row.Version
	return grant, nil
}

// seal makes the row of a grant in its version.
func (v *Vault) seal(account string, grant channel.Grant) (accounts.Grant, error) {
	text, err := json.Marshal(grant)
	if err != nil {
		return accounts.Grant{}, fmt.Errorf("account %s: write tokens: %w", account, err)
	}
	return accounts.Grant{
		Account: account, Version: grant.Version, Sealed: v.keys.Seal(text, account, grant.Version),
		ExpiresAt: grant.ExpiresAt, RefreshExpiresAt: grant.RefreshExpiresAt,
	}, nil
}

// newHolder names who refreshes: not the process, so that one that hangs is told apart from its next try.
func newHolder() string { return uuid.NewString() }
