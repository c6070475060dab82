package devserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/private"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/vault"
)

// Files of keys, beside the store with what they seal. A key in the environment is used before the one in a file.
const (
	keyFile      = "token.key" // encrypts rotating tokens
	buyerKeyFile = "buyer.key" // wraps the keys of buyers' records
)

// keyOf returns the folder's key for tokens, which is made when it is first needed, or an empty string if no account's tokens
// rotate.
func (d *dev) keyOf(accounts []simulator.Account) (string, error) {
	if !slices.ContainsFunc(accounts, func(a simulator.Account) bool { return a.Channel().Rotates() }) {
		return os.Getenv(vault.Setting), nil
	}
	return d.keptKey(vault.Setting, keyFile)
}

// keptKey returns the key of an environment variable, else the one in a file of the folder, which is made when it is
// first needed.
func (d *dev) keptKey(setting, file string) (string, error) {
	if key := os.Getenv(setting); key != "" {
		return key, nil
	}
	name := d.folder.file(file)
	text, err := os.ReadFile(name)
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read key: %w", err)
	}
	key := keyring.New()
	if err := os.WriteFile(name, []byte(key+"\n"), private.FileMode); err != nil {
		return "", fmt.Errorf("keep key: %w", err)
	}
	return key, nil
}
