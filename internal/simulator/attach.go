package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/towpath/towpath/internal/simulator/market"
)

// fileName is the file in the marketplaces' folder with their addresses and credentials.
const fileName = "marketplaces.json"

// maxFile limits that file, in bytes.
const maxFile = 1 << 20

// ErrNone means that a folder has no marketplaces.
var ErrNone = errors.New("no marketplaces here")

// Attached is what another process can read about the marketplaces in a folder.
type Attached struct {
	Dir      string    `json:"-"`
	PID      int       `json:"pid"` // the process that runs them; 0 when they were stopped
	Speed    float64   `json:"speed"`
	Accounts []Account `json:"accounts"`
}

// Attach reads the addresses of the marketplaces in dir. They may have stopped since: see Running. Errors: ErrNone.
func Attach(dir string) (*Attached, error) {
	name := filepath.Join(dir, fileName)
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("attach to marketplaces: %w: %s does not exist; start them with towpath-dev marketplaces", ErrNone, name)
	}
	if err != nil {
		return nil, fmt.Errorf("attach to marketplaces: %w", err)
	}
	defer func() { _ = file.Close() }()
	a := &Attached{Dir: dir}
	if err := json.NewDecoder(io.LimitReader(file, maxFile)).Decode(a); err != nil {
		return nil, fmt.Errorf("attach to marketplaces: read %s: %w; delete it and start the marketplaces again", name, err)
	}
	return a, nil
}

// Running reports whether a process runs the marketplaces now.
func (a *Attached) Running(ctx context.Context) (bool, error) { return held(ctx, a.Dir) }

// Account returns an account by id and reports whether it exists.
func (a *Attached) Account(id string) (Account, bool) {
	if a == nil {
		return Account{}, false
	}
	for _, account := range a.Accounts {
		if account.ID == id {
			return account, true
		}
	}
	return Account{}, false
}

// Ledger opens an account's marketplace for reading; it works whether or not it is running.
func (a *Attached) Ledger(ctx context.Context, id string) (*market.Reader, error) {
	account, ok := a.Account(id)
	if !ok {
		return nil, fmt.Errorf("read marketplace %s: there is no such account in %s", id, a.Dir)
	}
	return market.OpenReadOnly(ctx, filepath.Join(a.Dir, filepath.Base(account.File)))
}

// port returns the port that an account had, or 0.
func (a *Attached) port(id string) int {
	account, ok := a.Account(id)
	if !ok {
		return 0
	}
	u, err := url.Parse(account.Address)
	if err != nil {
		return 0
	}
	port, _ := strconv.Atoi(u.Port())
	return port
}

// save writes the file completely or not at all. Only the user may read it, as with real credentials.
func (s *Simulator) save(pid int) error {
	a := Attached{PID: pid, Speed: s.options.Speed, Accounts: s.Accounts()}
	content, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", fileName, err)
	}
	name := filepath.Join(s.options.Dir, fileName)
	if err := os.WriteFile(name+".new", append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", fileName, err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		return fmt.Errorf("write %s: %w", fileName, err)
	}
	return nil
}
