package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/shipment"
)

// SavePackages saves what the warehouse has packed for an order; nothing is deducted before ProcessPackage. The
// same package may be saved again, but not with other contents, unless it was refused: then nothing of it has counted and
// what is said now takes its place. A line that the order does not have is an
// error which names those it has.
func (s *Store) SavePackages(ctx context.Context, rowID int64, packages []shipment.Package) error {
	packages = slices.Clone(packages)
	for i, p := range packages {
		if err := p.Storable(); err != nil {
			return fmt.Errorf("save packages of order %d: %w", rowID, err)
		}
		packages[i] = cleanPackage(p)
	}
	return s.write(ctx, fmt.Sprintf("save packages of order %d", rowID), func(ctx context.Context, t *tx) error {
		if _, err := t.lockOrder(ctx, rowID); err != nil {
			return err
		}
		lines, err := t.lineIDs(ctx, rowID)
		if err != nil {
			return err
		}
		saved, err := t.knownPackages(ctx, rowID)
		if err != nil {
			return err
		}
		fresh, anew, err := shipment.Sort(packages, saved, lines)
		if err != nil {
			return err
		}
		if err := t.replacePackages(ctx, rowID, anew); err != nil {
			return err
		}
		return t.insertPackages(ctx, rowID, len(saved), fresh)
	})
}

// cleanPackage is a package as it is stored: texts that both databases can hold, a time in microseconds, one entry a line.
func cleanPackage(p shipment.Package) shipment.Package {
	p.Label, p.Carrier, p.CarrierName, p.Service = clean(p.Label), clean(p.Carrier), clean(p.CarrierName), clean(p.Service)
	p.TrackingNumber, p.ShippedAt, p.Contents = clean(p.TrackingNumber), at(micro(p.ShippedAt)), p.Merged()
	return p
}

func (t *tx) lineIDs(ctx context.Context, rowID int64) ([]string, error) {
	var out []string
	err := t.query(ctx, `SELECT line_id FROM order_lines WHERE order_id = $1 ORDER BY position, line_id`, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	}, rowID)
	return out, err
}

// savedRow is what is saved of a package when it is told.
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

// savedRows are packages as rows, numbered after so many that there are.
func savedRows(packages []shipment.Package, numbered int) *rowTable {
	rows := make([]savedRow, len(packages))
	for i, p := range packages {
		rows[i] = savedRow{p.ID, numbered + i + 1, p.Label, p.Carrier, p.CarrierName, p.Service, p.TrackingNumber, p.ShippedAt}
	}
	return rowsOf(rows)
}

// insertPackages writes new packages and numbers them after those there are.
func (t *tx) insertPackages(ctx context.Context, rowID int64, numbered int, fresh []shipment.Package) error {
	if len(fresh) == 0 {
		return nil
	}
	err := t.execAll(ctx, len(fresh), `INSERT INTO packages (order_id, state, saved_at, {{columns 1}})
		SELECT CAST($2 AS BIGINT), 'saved', CAST($3 AS BIGINT), {{values 1}} FROM {{rows 1}}`, savedRows(fresh, numbered), rowID, t.now)
	if err != nil {
		return err
	}
	return t.insertContents(ctx, rowID, fresh)
}

// replacePackages writes anew what was refused.
func (t *tx) replacePackages(ctx context.Context, rowID int64, packages []shipment.Package) error {
	if len(packages) == 0 {
		return nil
	}
	list := savedRows(packages, 0)
	err := t.execAll(ctx, len(packages), `UPDATE packages SET state = 'saved', refusal = '', label = r.label, carrier = r.carrier,
			carrier_name = r.carrier_name, service = r.service, tracking = r.tracking, shipped_at = r.shipped_at
		FROM {{rows 1}} WHERE packages.order_id = $2 AND packages.package_id = r.package_id AND packages.state = 'refused'`, list, rowID)
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM package_lines WHERE order_id = $2 AND package_id IN (SELECT r.package_id FROM {{rows 1}})`, list, rowID); err != nil {
		return err
	}
	return t.insertContents(ctx, rowID, packages)
}

// contentRow is a line of a package.
type contentRow struct {
	PackageID string `db:"package_id"`
	LineID    string `db:"line_id"`
	Quantity  int    `db:"quantity"`
}

// insertContents writes what is in packages.
func (t *tx) insertContents(ctx context.Context, rowID int64, packages []shipment.Package) error {
	var rows []contentRow
	for _, p := range packages {
		for _, c := range p.Contents {
			rows = append(rows, contentRow{p.ID, c.LineID, c.Quantity})
		}
	}
	return t.execAll(ctx, len(rows), `INSERT INTO package_lines (order_id, {{columns 1}})
		SELECT CAST($2 AS BIGINT), {{values 1}} FROM {{rows 1}}`, rowsOf(rows), rowID)
}

// knownPackages reads a locked order's packages.
func (t *tx) knownPackages(ctx context.Context, rowID int64) ([]*shipment.Known, error) {
	var found packageScan
	err := t.query(ctx, `SELECT `+packageColumns+` FROM `+fromPackages+` WHERE p.order_id = $1 ORDER BY p.number, l.line_id`, found.scan, rowID)
	return found.byOrder[rowID], err
}

// packages reads an order's packages with their contents as they were saved, and their last faults.
func (s *Store) packages(ctx context.Context, rowID int64) ([]PackageRow, error) {
	var out []PackageRow
	var found packageScan
	err := s.read(ctx, `SELECT `+packageColumns+`, p.attempts, p.confirmed_at, p.channel_ref, p.request_id, p.refusal, `+faultColumns+`
		FROM `+fromPackages+` LEFT JOIN faults f ON f.id = p.fault_id
		WHERE p.order_id = $1 ORDER BY p.number, l.line_id`, func(rows *sql.Rows) error {
		var row PackageRow
		var confirmed int64
		var f faultFields
		dest := []any{&row.Attempts, &confirmed, &row.ChannelRef, &row.RequestID, &row.Refusal}
		known, err := found.next(rows, append(dest, f.dest()...)...)
		if err != nil {
			return err
		}
		row.Known, row.ConfirmedAt, row.Fault = known, at(confirmed), f.fault()
		if n := len(out); n == 0 || out[n-1].Known != known {
			out = append(out, row)
		}
		return nil
	}, rowID)
	return out, err
}

// UnsentPackages lists the packages of an order that are processed and not confirmed, by number.
func (s *Store) UnsentPackages(ctx context.Context, rowID int64) ([]string, error) {
	found, err := s.unsent(ctx, s.reader, []int64{rowID})
	if err != nil {
		return nil, fmt.Errorf("list unsent packages of order %d: %w", rowID, err)
	}
	return found[rowID], nil
}
