package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/wording"
)

// Bounds of the accounts file.
const (
	maxAccountsBytes = 1 << 20
	maxAccounts      = 1000
	maxLocations     = 1000
	maxShopLocations = 20 // of one account: what one query of listings can show
)

// Account is one account of the accounts file: the part that is stored, and the part for its adapter.
type Account struct {
	Store   accounts.Account
	Channel channel.Account // holds the credentials: never logged, never printed
	// Rates are rates in turns per second that replace the published budgets.
	Rates map[channel.Operation]float64
}

// AccountsError has every mistake of an accounts file.
type AccountsError struct {
	File     string
	Mistakes document.Mistakes
}

func (e *AccountsError) Error() string {
	return fmt.Sprintf("accounts file %s has %s:\n%s", e.File, wording.Plural(len(e.Mistakes), "mistake"), e.Mistakes.Indented("  "))
}

// LoadAccounts reads the accounts file. Credentials written as ${NAME} are taken from the environment. If the file is
// readable but wrong, the error is an *AccountsError with every mistake.
func LoadAccounts(path string) ([]Account, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("no accounts file %s: write one, or say where it is with %s", path, name("Accounts"))
	}
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	defer f.Close()
	accounts, err := readAccounts(f, os.LookupEnv)
	if err != nil {
		return nil, inFile(path, err)
	}
	return accounts, nil
}

// inFile returns an error with the file's name.
func inFile(path string, err error) error {
	var mistakes document.Mistakes
	if errors.As(err, &mistakes) {
		return &AccountsError{File: path, Mistakes: mistakes}
	}
	return fmt.Errorf("read accounts file %s: %w", path, err)
}

var accountsForm = document.Form{Bytes: maxAccountsBytes, One: "want `accounts:` and a list"}

func readAccounts(in io.Reader, env func(string) (string, bool)) ([]Account, error) {
	root, err := document.YAML(in, accountsForm)
	if err != nil {
		return nil, err
	}
	r := &reader{env: env, now: time.Now(), ids: make(map[string]int), tests: make(map[string]*document.Node)}
	accounts := r.file(root)
	if err := r.Err(); err != nil {
		return nil, err
	}
	return accounts, nil
}

// reader collects the mistakes in the file.
type reader struct {
	document.Reader
	env   func(string) (string, bool)
	now   time.Time
	ids   map[string]int            // account id -> line
	tests map[string]*document.Node // where each test account is named
}

func (r *reader) file(n *document.Node) []Account {
	top := r.Fields(n, "the file", []string{"accounts"})
	if len(top) == 0 {
		if r.Count() == 0 {
			r.Wrong(n, "no `accounts:` in it: want `accounts:` and a list with one entry per account")
		}
		return nil
	}
	list := top[0].Value
	switch n := len(list.Items); {
	case list.Kind != document.List || n == 0:
		r.Wrong(list, "accounts: want a list with one entry per account")
		return nil
	case n > maxAccounts:
		r.Wrong(list, "accounts: there are %d; at most %d are allowed", n, maxAccounts)
		return nil
	}
	accounts := make([]Account, len(list.Items))
	for i, one := range list.Items {
		accounts[i] = r.account(one)
	}
	r.sameGrants(list, accounts)
	r.testAccounts(accounts)
	return accounts
}
