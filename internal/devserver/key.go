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

// keyFile holds the key that encrypts rotating tokens. It is beside the store with the encrypted tokens.
const keyFile = "token.key"

// keyOf returns the folder's key, which is made when it is first needed, or an empty string if no account's tokens
// rotate. A key in the environment is used before it.
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
