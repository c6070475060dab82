package config

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// devFile is the file in the data folder with the addresses of a running towpath-dev.
const devFile = "dev.json"

const (
	maxDevBytes = 64 << 10
	devAnswers  = 500 * time.Millisecond // how long a towpath-dev on the same machine gets to accept a connection
)

// Dev is what a running towpath-dev publishes, so that the CLI in the same folder finds it. Paths are absolute.
type Dev struct {
	PID               int       `json:"pid"`
	StartedAt         time.Time `json:"startedAt"`
	TemporalAddress   string    `json:"temporalAddress"`
	TemporalNamespace string    `json:"temporalNamespace"`
	DatabaseURL       string    `json:"databaseUrl"`
	Accounts          string    `json:"accounts"` // path of the accounts file
	ConsoleAddress    string    `json:"consoleAddress"`
	WebUIAddress      string    `json:"webUiAddress"`
	Speed             float64   `json:"speed"`
	TokenKey          string    `json:"tokenKey,omitempty"` // the file is for its owner's eyes only
	BuyerKey          string    `json:"buyerKey,omitempty"`
}

// StaleError means that a towpath-dev ended without deleting its file.
type StaleError struct{ File, Why string }

func (e *StaleError) Error() string {
	return fmt.Sprintf("the towpath-dev that wrote %s is not running any more (%s): start it again, or delete that file", e.File, e.Why)
}

// WriteDev publishes a running towpath-dev in its data folder. A zero PID becomes this process's; relative paths
// become absolute.
func WriteDev(dataDir string, d Dev) error {
	if d.PID == 0 {
		d.PID = os.Getpid()
	}
	var err error
	if d.Accounts, err = filepath.Abs(d.Accounts); err != nil {
		return fmt.Errorf("publish towpath-dev: %w", err)
	}
	if path, ok := strings.CutPrefix(d.DatabaseURL, "sqlite:"); ok {
		if path, err = filepath.Abs(path); err != nil {
			return fmt.Errorf("publish towpath-dev: %w", err)
		}
		d.DatabaseURL = "sqlite:" + path
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return fmt.Errorf("publish towpath-dev: %w", err)
	}
	if err := replaceFile(filepath.Join(dataDir, devFile), append(text, '\n')); err != nil {
		return fmt.Errorf("publish towpath-dev: %w", err)
	}
	return nil
}

// ReadDev returns the towpath-dev that runs on the data folder. Errors: os.ErrNotExist if none ever ran there or the
// last one stopped normally, *StaleError if it ended without deleting its file.
func ReadDev(dataDir string) (Dev, error) {
	file := filepath.Join(dataDir, devFile)
	d, err := parseDev(file)
	if err != nil {
		return d, err
	}
	if !alive(d.PID) {
		return d, &StaleError{File: file, Why: fmt.Sprintf("process %d has ended", d.PID)}
	}
	conn, err := (&net.Dialer{Timeout: devAnswers}).DialContext(context.Background(), "tcp", d.TemporalAddress)
	if err != nil {
		return d, &StaleError{File: file, Why: "its Temporal server at " + d.TemporalAddress + " does not answer"}
	}
	_ = conn.Close()
	return d, nil
}

// RemoveDev deletes the file that this process has written. Another process's file is left unchanged.
func RemoveDev(dataDir string) error {
	file := filepath.Join(dataDir, devFile)
	d, err := parseDev(file)
	if errors.Is(err, os.ErrNotExist) || err == nil && d.PID != os.Getpid() {
		return nil
	}
	if err := os.Remove(file); err != nil {
		return fmt.Errorf("withdraw %s: %w", file, err)
	}
	return nil
}

func parseDev(file string) (Dev, error) {
	f, err := os.Open(file)
	if err != nil {
		return Dev{}, fmt.Errorf("read %s: %w", file, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxDevBytes))
	if err != nil {
		return Dev{}, fmt.Errorf("read %s: %w", file, err)
	}
	var d Dev
	if err := json.Unmarshal(text, &d); err != nil || d.PID <= 0 || d.TemporalAddress == "" {
		return Dev{}, fmt.Errorf("%s was not written by towpath-dev: delete it, and start towpath-dev again", file)
	}
	return d, nil
}

// alive reports whether a process exists, also one of another user.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}

// replaceFile writes a file atomically. Only the owner can read it, since it may contain secrets.
func replaceFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
