package store

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/aside"
	"github.com/towpath/towpath/internal/store/backfills"
	"github.com/towpath/towpath/internal/store/books"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/coverages"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
)

// MostCounted is how many rows of most lists are counted: a longer list has more than so many.
const MostCounted = db.MostCounted

// Errors that several rooms return, wrapped.
var (
	// ErrNotFound means that nothing with the id exists.
	ErrNotFound = db.ErrNotFound
	// ErrIsKit means that a kit can't have stock.
	ErrIsKit = db.ErrIsKit
	// ErrBadCursor means that a cursor does not come from an earlier list.
	ErrBadCursor = db.ErrBadCursor
	// ErrOutdated means that the tables are older than the program: call Migrate.
	ErrOutdated = db.ErrOutdated
	// ErrNewer means that a newer program made the tables: Open refuses them.
	ErrNewer = db.ErrNewer
)

// Store is the open database with its rooms. It is safe for concurrent use.
type Store struct {
	*db.DB
	Runs         *runs.Store
	Incidents    *incidents.Store
	Accounts     *accounts.Store
	Levels       *levels.Store
	Settings     *settings.Store
	Products     *products.Store
	Ledger       *ledger.Store
	Links        *links.Store
	Buyers       *buyers.Store
	Aside        *aside.Store
	Orders       *orders.Store
	Packages     *packages.Store
	Publications *publications.Store
	Backfills    *backfills.Store
	Coverage     *coverages.Store
	Books        *books.Store

	finished finishedOrders
}

// Migrate updates the tables, writes the words of titles that have none, seals the buyers that an earlier version saved in clear, and removes them from the files. Several
// processes may call it at the same time, at every start; a process that dies in between leaves the rest to the next one.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.DB.Migrate(ctx); err != nil {
		return err
	}
	err := s.Products.WordTitles(ctx)
	if err == nil {
		err = s.Buyers.SealClear(ctx)
	}
	if err == nil {
		err = s.ShredAll(ctx)
	}
	if err != nil {
		return fmt.Errorf("migrate store: %w", err)
	}
	return nil
}

// Open opens the database at url: "postgres://..." or "sqlite:PATH". The tables are made by Migrate. It returns ErrNewer when a newer
// program has made them. keys encrypt buyers' data; without them nothing of a buyer can be saved or read, and all else works.
func Open(ctx context.Context, databaseURL string, keys keyring.Ring) (*Store, error) {
	d, err := db.Open(ctx, databaseURL)
	if err != nil {
		return nil, err
	}
	people := buyers.New(d, keys)
	return &Store{
		DB:           d,
		Runs:         runs.New(d),
		Incidents:    incidents.New(d),
		Accounts:     accounts.New(d),
		Levels:       levels.New(d),
		Settings:     settings.New(d),
		Products:     products.New(d),
		Ledger:       ledger.New(d),
		Links:        links.New(d),
		Buyers:       people,
		Aside:        aside.New(d, people),
		Orders:       orders.New(d, people),
		Packages:     packages.New(d, people),
		Publications: publications.New(d),
		Backfills:    backfills.New(d),
		Coverage:     coverages.New(d),
		Books:        books.New(d),
	}, nil
}
