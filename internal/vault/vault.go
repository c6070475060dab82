// Package vault stores grants whose refresh token changes at every use, for all processes of one store. A grant is
// encrypted before it is stored, stored before it is used, and renewed by one process at a time.
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
	// lease is how long a process may take to refresh and store. After that another process takes over, assuming that
	// the first has died. The process's own work ends before, so that two never refresh together.
	lease         = 60 * time.Second
	refreshWithin = 25 * time.Second
	saveWithin    = 30 * time.Second
	pollEvery     = 200 * time.Millisecond
	// refusal is how long a refused grant counts as refused without another attempt: the first failure pauses the
	// account, and until then other calls may be in progress.
	refusal = time.Second
)

// Codes of faults of tokens that can't be used.
const (
	CodeOtherKey = "TOKENS_SEALED"   // ErrOtherKey
	CodeTampered = "TOKENS_TAMPERED" // ErrTampered
	CodeReplaced = "TOKENS_REPLACED" // ErrReplaced
)

// ErrReplaced means that another process was started later with another refresh token for the account.
var ErrReplaced = errors.New("another process was started with another refresh token for the account: restart this one with it")

// closed returns the error of tokens that can't be used: the cause, and a fault for the activity that needs them.
func closed(account, code string, cause error) error {
	return fmt.Errorf("account %s: %w: %w", account, cause, channel.Refusal(channel.Config, "token", code, cause.Error()))
}

// Vault stores grants. It implements channel.Vault and is safe for concurrent use.
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

// unsaved is a new grant, not stored yet, for the one of a version.
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

// New returns a vault on a store.
func New(s *store.Store, keys Keys) *Vault {
	return &Vault{
		store: s, keys: keys, lease: lease,
		origins: make(map[string]string), flights: make(map[string]*flight), unsaved: make(map[string]unsaved),
		refused: make(map[string]refused),
	}
}

// Public reports whether the vault encrypts with PublicKey.
func (v *Vault) Public() bool { return v.keys.Public() }

// Adopt sets the refresh token that the accounts file has for an account. While it is the same, the stored grant that
// followed from it is valid. Another one means that the account was authorised again, and the stored grant is dead.
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

// Grant returns the account's grant; its Version is 0 when none is stored. Errors: ErrOtherKey, ErrTampered,
// ErrReplaced, each with a *channel.Fault of class Config in its chain.
func (v *Vault) Grant(ctx context.Context, account string) (channel.Grant, error) {
	_, grant, err := v.read(ctx, account)
	return grant, err
}

// read returns the row and the grant in it; its Version is 0 if the row has none.
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

// seal returns the row for a grant.
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

// newHolder returns a new id for each attempt to refresh, so that a hanging attempt differs from the next one of the
// same process.
func newHolder() string { return uuid.NewString() }
