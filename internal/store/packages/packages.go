// Package packages stores packages and exports of orders to be packed. Its tables are packages, package_lines, order_exports,
// exported_orders and exported_lines. It imports the rooms up to orders.
package packages

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/orders"
)

// Store stores packages and exports. It is safe for concurrent use.
type Store struct {
	*db.DB
	buyers *buyers.Store
}

// New returns the room for an open database.
func New(d *db.DB, b *buyers.Store) *Store { return &Store{DB: d, buyers: b} }

// Outgoing is a package ready to be sent to the channel.
type Outgoing struct {
	Shipment channel.Shipment // Attempted is set when an earlier attempt was marked
	State    shipment.State   // Confirmed and Voided need no sending
	Sender   string           // id of the workflow that alone sends it
	Send     bool             // the call is to be made: it was marked
	Was      string           // the tracking number under which the channel has a corrected package; empty: it is sent
}

// SavePackages saves the packages of an order; stock is deducted later by ProcessPackage. The same package may be saved again,
// but with other contents only if it was refused: then it is replaced. A line that the order does not have is an error that lists
// its lines.
func (s *Store) SavePackages(ctx context.Context, rowID int64, packages []shipment.Package) error {
	return s.savePackages(ctx, rowID, packages, "")
}

// SavePackagesAnyway is SavePackages with the word of a person, by, that they are to be processed although the order is held. The word
// counts for these packages, and for the holds in force now, only: what is refused for another reason lifts no hold, and is without it when it is saved again.
func (s *Store) SavePackagesAnyway(ctx context.Context, rowID int64, by string, packages []shipment.Package) error {
	return s.savePackages(ctx, rowID, packages, db.Clean(by))
}

func (s *Store) savePackages(ctx context.Context, rowID int64, packages []shipment.Package, anywayBy string) error {
	packages = slices.Clone(packages)
	for i, p := range packages {
		if err := p.Storable(); err != nil {
			return fmt.Errorf("save packages of order %d: %w", rowID, err)
		}
		packages[i] = cleanPackage(p)
	}
	return s.Write(ctx, fmt.Sprintf("save packages of order %d", rowID), func(ctx context.Context, t *db.Tx) error {
		rec, err := orders.LockOrder(ctx, t, rowID)
		if err != nil {
			return err
		}
		lines, err := orders.LineIDs(ctx, t, rowID)
		if err != nil {
			return err
		}
		saved, err := knownPackages(ctx, t, rowID)
		if err != nil {
			return err
		}
		fresh, anew, err := shipment.Sort(packages, saved, lines, rec.Account.Channel.Edits())
		if err != nil {
			return err
		}
		if err := replacePackages(ctx, t, rowID, anew); err != nil {
			return err
		}
		if err := insertPackages(ctx, t, rowID, len(saved), fresh); err != nil || anywayBy == "" && len(saved) == 0 {
			return err
		}
		_, err = t.Exec(ctx, `UPDATE packages SET anyway_by = $3, anyway_holds = CASE WHEN $3 = '' THEN '' ELSE $4 END FROM {{rows 1}}
			WHERE packages.order_id = $2 AND packages.package_id = r.package_id AND packages.state IN `+waitingStates, savedRows(packages, 0), rowID, anywayBy, string(rec.Holds))
		return err
	})
}

// waitingStates are the words of shipment.State.Waiting.
var waitingStates = db.Words(shipment.States(), shipment.State.Waiting)

// cleanPackage is a package as it is stored: texts that both databases can hold, a time in microseconds, one entry a line.
func cleanPackage(p shipment.Package) shipment.Package {
	p.Label, p.Carrier, p.CarrierName, p.Service = db.Clean(p.Label), db.Clean(p.Carrier), db.Clean(p.CarrierName), db.Clean(p.Service)
	p.TrackingNumber, p.ShippedAt, p.Contents = db.Clean(p.TrackingNumber), db.At(db.Micro(p.ShippedAt)), p.Merged()
	return p
}

// savedRow has the columns that are written when a package is saved.
type savedRow struct {
	ID             string    `db:"package_id"`
	Number         int       `db:"number"`
	Label          string    `db:"label"`
	Carrier        string    `db:"carrier"`
	CarrierName    string    `db:"carrier_name"`
	Service        string    `db:"service"`
	TrackingNumber string    `db:"tracking"`
	ShippedAt      time.Time `db:"shipped_at"`
}

// savedRows returns packages as rows, numbered from the given count on.
func savedRows(packages []shipment.Package, numbered int) *db.RowTable {
	rows := make([]savedRow, len(packages))
	for i, p := range packages {
		rows[i] = savedRow{p.ID, numbered + i + 1, p.Label, p.Carrier, p.CarrierName, p.Service, p.TrackingNumber, p.ShippedAt}
	}
	return db.RowsOf(rows)
}

// insertPackages writes new packages and numbers them after those there are.
func insertPackages(ctx context.Context, t *db.Tx, rowID int64, numbered int, fresh []shipment.Package) error {
	if len(fresh) == 0 {
		return nil
	}
	err := t.ExecAll(ctx, len(fresh), `INSERT INTO packages (order_id, state, saved_at, {{columns 1}})
		SELECT CAST($2 AS BIGINT), 'saved', CAST($3 AS BIGINT), {{values 1}} FROM {{rows 1}}`, savedRows(fresh, numbered), rowID, t.Now)
	if err != nil {
		return err
	}
	return insertContents(ctx, t, rowID, fresh)
}

// replacePackages writes anew what was refused.
func replacePackages(ctx context.Context, t *db.Tx, rowID int64, packages []shipment.Package) error {
	if len(packages) == 0 {
		return nil
	}
	list := savedRows(packages, 0)
	err := t.ExecAll(ctx, len(packages), `UPDATE packages SET state = 'saved', refusal = '', label = r.label, carrier = r.carrier,
			carrier_name = r.carrier_name, service = r.service, tracking = r.tracking, shipped_at = r.shipped_at
		FROM {{rows 1}} WHERE packages.order_id = $2 AND packages.package_id = r.package_id AND packages.state = 'refused'`, list, rowID)
	if err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `DELETE FROM package_lines WHERE order_id = $2 AND package_id IN (SELECT r.package_id FROM {{rows 1}})`, list, rowID); err != nil {
		return err
	}
	return insertContents(ctx, t, rowID, packages)
}

// contentRow is a line of a package.
type contentRow struct {
	PackageID string `db:"package_id"`
	LineID    string `db:"line_id"`
	Quantity  int    `db:"quantity"`
}

// insertContents writes what is in packages.
func insertContents(ctx context.Context, t *db.Tx, rowID int64, packages []shipment.Package) error {
	var rows []contentRow
	for _, p := range packages {
		for _, c := range p.Contents {
			rows = append(rows, contentRow{p.ID, c.LineID, c.Quantity})
		}
	}
	return t.ExecAll(ctx, len(rows), `INSERT INTO package_lines (order_id, {{columns 1}})
		SELECT CAST($2 AS BIGINT), {{values 1}} FROM {{rows 1}}`, db.RowsOf(rows), rowID)
}

// knownPackages reads a locked order's packages.
func knownPackages(ctx context.Context, t *db.Tx, rowID int64) ([]*shipment.Known, error) {
	var found orders.PackageScan
	err := t.Query(ctx, `SELECT `+orders.PackageColumns+` FROM `+orders.FromPackages+` WHERE p.order_id = $1 ORDER BY p.number, l.line_id`, found.Scan, rowID)
	return found.ByOrder[rowID], err
}

// UnsentPackages lists the packages of an order that are processed and not confirmed, by number.
func (s *Store) UnsentPackages(ctx context.Context, rowID int64) ([]string, error) {
	found, err := orders.Unsent(ctx, s.Read, []int64{rowID})
	if err != nil {
		return nil, fmt.Errorf("list unsent packages of order %d: %w", rowID, err)
	}
	return found[rowID], nil
}
