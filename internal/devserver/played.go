package devserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/towpath/towpath/internal/private"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/table"
)

// playedFile records which book was played in a data folder, so that an audit needs no flag for it.
const playedFile = "book.json"

// played is the content of the file.
type played struct {
	Orders string `json:"orders"` // absolute path; empty = the small book
	Stock  string `json:"stock"`
	Shape  string `json:"shape"`
	Quirks string `json:"quirks,omitempty"` // empty = the folder was begun before there were quirks
	Once   bool   `json:"once"`

	Accounts int `json:"accounts,omitempty"` // 0 = one on each marketplace

	Sandboxes bool `json:"sandboxes,omitempty"`

	Rehearse []string `json:"rehearse,omitempty"` // absolute paths of the files of a rehearsal
}

// remember writes down what is played. A folder continues with the book, the accounts and the sandboxes it began with.
func (o *Options) remember() error {
	quirks, err := o.quirksWord()
	if err != nil {
		return err
	}
	now := played{Stock: o.Stock, Shape: o.Shape, Quirks: quirks, Once: o.ExitWhenDone, Rehearse: o.Rehearse, Accounts: o.Accounts}
	if o.Orders != "" {
		path, err := filepath.Abs(o.Orders)
		if err != nil {
			return fmt.Errorf("--orders: %w", err)
		}
		now.Orders = path
	}
	before, err := o.played()
	switch {
	case errors.Is(err, os.ErrNotExist):
		o.Sandboxes = o.Sandboxes || o.demo()
	case err != nil:
		return err
	case before.Accounts != now.Accounts:
		return UsageError{fmt.Errorf("data folder %s was started with %s: use the same number, start again with --fresh, or name another folder with --data", o.Data, accountsWord(before.Accounts))}
	case before.Orders != now.Orders || before.Stock != now.Stock || before.Shape != now.Shape,
		!slices.Equal(before.Rehearse, now.Rehearse), before.Quirks != "" && before.Quirks != now.Quirks:
		return UsageError{fmt.Errorf("data folder %s was started with another book or other --stock, --shape or --quirks: use the same ones, start again with --fresh, or name another folder with --data", o.Data)}
	}
	o.Sandboxes = o.Sandboxes || before.Sandboxes
	now.Sandboxes = o.Sandboxes
	text, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		return fmt.Errorf("remember the book: %w", err)
	}
	if err := os.WriteFile(filepath.Join(o.Data, playedFile), append(text, '\n'), private.FileMode); err != nil {
		return fmt.Errorf("remember the book: %w", err)
	}
	return nil
}

func accountsWord(n int) string {
	if n == 0 {
		return "no --accounts"
	}
	return fmt.Sprintf("--accounts %d", n)
}

func (o *Options) played() (played, error) {
	var p played
	text, err := os.ReadFile(filepath.Join(o.Data, playedFile))
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("%s is damaged (%w): start again with --fresh", filepath.Join(o.Data, playedFile), err)
	}
	return p, nil
}

// recall takes the book from the data folder if none was given.
func (o *Options) recall() error {
	p, err := o.played()
	if errors.Is(err, os.ErrNotExist) {
		return UsageError{fmt.Errorf("no data of towpath-dev in %s: run it first, or name its folder with --data", o.Data)}
	}
	if err != nil {
		return err
	}
	o.Accounts = p.Accounts
	if o.Orders == "" {
		o.Orders, o.Stock, o.Shape, o.Rehearse = p.Orders, p.Stock, p.Shape, p.Rehearse
	}
	return nil
}

// printBook prints how the rows of the book were used.
func printBook(w io.Writer, c book.Counts) {
	rows := [][]table.Cell{table.Words("BOOK", "COUNT")}
	for _, row := range c.Table() {
		rows = append(rows, table.Words(row[:]...))
	}
	_ = table.Write(w, rows)
	fmt.Fprintln(w)
}
