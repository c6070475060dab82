package platform

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/vault"
)

// openVault returns the vault of the rotating grants, nil if no key is set: most accounts need none.
func openVault(s config.Settings, st *store.Store) (*vault.Vault, error) {
	if s.TokenKey == "" {
		return nil, nil
	}
	keys, err := vault.ParseKeys(s.TokenKey)
	if err != nil {
		return nil, err
	}
	return vault.New(st, keys), nil
}

// open opens an account's connection. One whose grant rotates gets the vault.
func (p *Platform) open(ctx context.Context, a channel.Account) (channel.Connection, error) {
	if !a.Simulated && p.vault != nil && p.vault.Public() {
		return nil, fmt.Errorf("account %s: %w", a.ID, vault.ErrPublic)
	}
	if a.Rotates() {
		if p.vault == nil {
			return nil, fmt.Errorf("account %s: its tokens rotate and must be stored, but %s is not set: %s", a.ID, vault.Setting, vault.HowToMake)
		}
		if err := p.vault.Adopt(ctx, a.ID, a.Credentials["refreshToken"]); err != nil {
			return nil, fmt.Errorf("account %s: %w", a.ID, err)
		}
		a.Vault = p.vault
	}
	return p.registry.Open(a)
}
