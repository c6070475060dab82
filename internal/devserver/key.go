package devserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/vault"
)

// keyFile holds the key that seals rotating tokens, beside the store that holds what it sealed.
const keyFile = "token.key"

// keyOf is the folder's key, made when it is needed first; empty when no account's tokens rotate. A key in the environment
// comes before it.
func (d *dev) keyOf(accounts []simulator.Account) (string, error) {
	if key := os.Getenv(vault.Setting); key != "" {
		return key, nil
	}
	if !slices.ContainsFunc(accounts, func(a simulator.Account) bool { return a.Channel().Rotates() }) {
		return "", nil
	}
	name := d.folder.file(keyFile)
	text, err := os.ReadFile(name)
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read token key: %w", err)
	}
	key := vault.NewKey()
	if err := os.WriteFile(name, []byte(key+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep token key: %w", err)
	}
	return key, nil
}
