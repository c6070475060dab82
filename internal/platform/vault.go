package platform

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/keyring"
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

// checkKeys refuses the keys that everybody knows for an account that is not simulated.
func (p *Platform) checkKeys(a channel.Account) error {
	if a.Simulated {
		return nil
	}
	if p.vault != nil && p.vault.Public() {
		return vault.ErrPublic
	}
	keys, err := p.Settings.BuyerKeys()
	if err == nil && len(keys) > 0 && keys.Public() {
		return buyer.ErrPublic
	}
	return err
}

// open opens an account's connection. One whose grant rotates gets the vault.
func (p *Platform) open(ctx context.Context, a channel.Account) (channel.Connection, error) {
	if err := p.checkKeys(a); err != nil {
		return nil, fmt.Errorf("account %s: %w", a.ID, err)
	}
	if a.Rotates() {
		if p.vault == nil {
			return nil, fmt.Errorf("account %s: its tokens rotate and must be stored, but %s is not set: %s", a.ID, vault.Setting, keyring.HowToMake(vault.Setting))
		}
		if err := p.vault.Adopt(ctx, a.ID, a.Credentials["refreshToken"]); err != nil {
			return nil, fmt.Errorf("account %s: %w", a.ID, err)
		}
		a.Vault = p.vault
	}
	return p.registry.Open(a)
}
