package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store"
)

// Bounds of the accounts file.
const (
	maxAccountsBytes = 1 << 20
	maxAccounts      = 1000
	maxLocations     = 1000
	maxMistakes      = 100 // more say nothing new
)

// Account is one account of the accounts file: what the store keeps of it, and what its adapter needs.
type Account struct {
	Store   store.Account
	Channel channel.Account // holds the credentials: never logged, never printed
	// Rates are the calls per second that the file gives in place of the published budgets.
	Rates map[channel.Operation]float64
}

// Mistake is one thing wrong in a file, with what would be right.
type Mistake struct {
	Line int    // 1 = first; 0 = the file as a whole
	Text string // never repeats a credential
}

// AccountsError lists every mistake of an accounts file.
type AccountsError struct {
	File     string
	Mistakes []Mistake
}

func (e *AccountsError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "accounts file %s has %d mistake(s):", e.File, len(e.Mistakes))
	for _, m := range e.Mistakes {
		if m.Line > 0 {
			fmt.Fprintf(&b, "\n  line %d: %s", m.Line, m.Text)
		} else {
			fmt.Fprintf(&b, "\n  %s", m.Text)
		}
	}
	return b.String()
}

// LoadAccounts reads the accounts file. Credentials written as ${NAME} are taken from the environment. The
// error is an *AccountsError with every mistake when the file can be read and is wrong.
func LoadAccounts(path string) ([]Account, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("no accounts file %s: write one, or say where it is with %s", path, name("Accounts"))
	}
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxAccountsBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read accounts file %s: %w", path, err)
	}
	accounts, mistakes := parseAccounts(text, os.LookupEnv)
	if len(mistakes) > 0 {
		return nil, &AccountsError{File: path, Mistakes: mistakes}
	}
	return accounts, nil
}

func parseAccounts(text []byte, env func(string) (string, bool)) ([]Account, []Mistake) {
	if len(text) > maxAccountsBytes {
		return nil, []Mistake{{Text: fmt.Sprintf("it is larger than %d bytes", maxAccountsBytes)}}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		// yaml's own words begin with the line.
		return nil, []Mistake{{Text: strings.TrimPrefix(err.Error(), "yaml: ")}}
	}
	r := &reader{env: env, now: time.Now(), ids: make(map[string]int), tests: make(map[string]*yaml.Node)}
	if len(doc.Content) == 0 {
		r.wrong(nil, "it is empty: want `accounts:` and a list")
		return nil, r.mistakes
	}
	accounts := r.file(doc.Content[0])
	if len(r.mistakes) > 0 {
		return nil, r.sorted()
	}
	return accounts, nil
}

// reader walks the file's nodes and gathers what is wrong.
type reader struct {
	env      func(string) (string, bool)
	now      time.Time
	ids      map[string]int        // account id -> line
	tests    map[string]*yaml.Node // where each test account is named
	mistakes []Mistake
}

func (r *reader) wrong(n *yaml.Node, format string, args ...any) {
	if len(r.mistakes) >= maxMistakes {
		return
	}
	m := Mistake{Text: fmt.Sprintf(format, args...)}
	if n != nil {
		m.Line = n.Line
	}
	r.mistakes = append(r.mistakes, m)
}

func (r *reader) file(n *yaml.Node) []Account {
	top := r.entries(n, "the file", []string{"accounts"})
	if len(top) == 0 {
		if len(r.mistakes) == 0 {
			r.wrong(n, "no `accounts:` in it: want `accounts:` and a list with one entry per account")
		}
		return nil
	}
	list := top[0].value
	switch n := len(list.Content); {
	case list.Kind != yaml.SequenceNode || n == 0:
		r.wrong(list, "accounts: want a list with one entry per account")
		return nil
	case n > maxAccounts:
		r.wrong(list, "accounts: there are %d, at most %d are possible", n, maxAccounts)
		return nil
	}
	accounts := make([]Account, len(list.Content))
	for i, one := range list.Content {
		accounts[i] = r.account(one)
	}
	r.testAccounts(accounts)
	return accounts
}
