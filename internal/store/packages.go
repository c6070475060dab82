package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/shipment"
)

// MaxPackageID bounds a package's id, in bytes.
const MaxPackageID = 64

// SavePackages saves what the warehouse has packed for an order; nothing is deducted before ProcessPackage. The
// same package may be saved again, but not with other contents, unless it was refused: then nothing of it has counted and
// what is said now takes its place. A line that the order does not have is an
// error which names those it has.
func (s *Store) SavePackages(ctx context.Context, rowID int64, packages []shipment.Package) error {
	packages = slices.Clone(packages)
	for i, p := range packages {
		merged, err := checkPackage(p)
		if err != nil {
			return fmt.Errorf("save packages of order %d: %w", rowID, err)
		}
		packages[i].Contents = merged
	}
	return s.write(ctx, fmt.Sprintf("save packages of order %d", rowID), func(ctx context.Context, t *tx) error {
		if _, err := t.lockOrder(ctx, rowID); err != nil {
			return err
		}
		lines, err := t.lineIDs(ctx, rowID)
		if err != nil {
			return err
		}
		saved, err := t.store.packages(ctx, t.conn, rowID)
		if err != nil {
			return err
		}
		var fresh, anew []shipment.Package
		for _, p := range packages {
			if err := knownLines(p, lines); err != nil {
				return err
			}
			same := func(q shipment.Package) bool { return q.ID == p.ID }
			i := slices.IndexFunc(saved, func(q PackageRow) bool { return same(q.Package) })
			j := slices.IndexFunc(fresh, same)
			switch {
			case i >= 0 && saved[i].State == shipment.Refused && !samePackage(p, saved[i].Package):
				anew = append(anew, p)
			case i >= 0 && !samePackage(p, saved[i].Package), j >= 0 && !samePackage(p, fresh[j]):
				return fmt.Errorf("package %q was saved before with other contents: give the new one another id", p.ID)
			case i < 0 && j < 0:
				if q, found := twin(p, saved, fresh); found {
					return fmt.Errorf("package %q has the tracking number and the contents of package %q: a channel could not tell them apart; give it its own number, or leave it out if it is the same package", p.ID, q)
				}
				fresh = append(fresh, p)
			}
		}
		if err := t.replacePackages(ctx, rowID, anew); err != nil {
			return err
		}
		return t.insertPackages(ctx, rowID, len(saved), fresh)
	})
}

// twin finds a package under way with the same tracking number and the same contents. After a broken call the
// channel is asked whether it has the package, and these are what it is recognised by.
func twin(p shipment.Package, saved []PackageRow, fresh []shipment.Package) (id string, found bool) {
	alike := func(q shipment.Package) bool {
		return q.TrackingNumber == p.TrackingNumber && slices.EqualFunc(q.Contents, p.Contents, func(a, b shipment.Content) bool { return a == b })
	}
	for _, q := range saved {
		if q.State != shipment.Saved && q.State != shipment.Refused && q.State != shipment.Voided && alike(q.Package) {
			return q.ID, true
		}
	}
	for _, q := range fresh {
		if alike(q) {
			return q.ID, true
		}
	}
	return "", false
}

// checkPackage refuses what can't be stored and answers the contents with one entry per line.
func checkPackage(p shipment.Package) ([]shipment.Content, error) {
	var errs []error
	if p.ID == "" || len(p.ID) > MaxPackageID {
		errs = append(errs, fmt.Errorf("package %.20q: the id must have 1 to %d characters", p.ID, MaxPackageID))
	}
	if len(p.Contents) == 0 {
		errs = append(errs, fmt.Errorf("package %q contains no products", p.ID))
	}
	sum := map[string]int{}
	for _, c := range p.Contents {
		if c.Quantity <= 0 || c.Quantity > MaxUnits {
			errs = append(errs, fmt.Errorf("package %q: line %s has quantity %d, want 1 or more", p.ID, c.LineID, c.Quantity))
		}
		sum[c.LineID] += c.Quantity
	}
	merged := make([]shipment.Content, 0, len(sum))
	for id, n := range sum {
		merged = append(merged, shipment.Content{LineID: id, Quantity: n})
	}
	slices.SortFunc(merged, compareContents)
	return merged, errors.Join(errs...)
}

func compareContents(a, b shipment.Content) int { return cmp.Compare(a.LineID, b.LineID) }

// samePackage compares what the warehouse said of a package. Times are compared as they are stored.
func samePackage(a, b shipment.Package) bool {
	slices.SortFunc(b.Contents, compareContents)
	return clean(a.Label) == b.Label && clean(a.Carrier) == b.Carrier && clean(a.TrackingNumber) == b.TrackingNumber &&
		clean(a.CarrierName) == b.CarrierName && clean(a.Service) == b.Service &&
		micro(a.ShippedAt) == micro(b.ShippedAt) && slices.Equal(a.Contents, b.Contents)
}

func knownLines(p shipment.Package, lines []string) error {
	for _, c := range p.Contents {
		if !slices.Contains(lines, c.LineID) {
			return fmt.Errorf("package %q: the order has no line %q; it has %s", p.ID, c.LineID, strings.Join(lines, ", "))
		}
	}
	return nil
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

// insertPackages writes new packages and numbers them after those there are.
func (t *tx) insertPackages(ctx context.Context, rowID int64, numbered int, fresh []shipment.Package) error {
	if len(fresh) == 0 {
		return nil
	}
	type row struct {
		shipment.Package
		number int
	}
	var packs []row
	for i, p := range fresh {
		packs = append(packs, row{p, numbered + i + 1})
	}
	err := t.execAll(ctx, len(packs), `INSERT INTO packages (order_id, package_id, number, state, label, carrier, carrier_name, service, tracking,
			shipped_at, saved_at)
		SELECT CAST($2 AS BIGINT), r.value ->> 0, CAST(r.value ->> 1 AS BIGINT), 'saved', r.value ->> 2, r.value ->> 3, r.value ->> 4,
			r.value ->> 5, r.value ->> 6, CAST(r.value ->> 7 AS BIGINT), CAST($3 AS BIGINT)
		FROM {{rows 1}}`, table(packs, func(p row) []any {
		return []any{p.ID, p.number, p.Label, p.Carrier, p.CarrierName, p.Service, p.TrackingNumber, micro(p.ShippedAt)}
	}), rowID, t.now)
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
	list := table(packages, func(p shipment.Package) []any {
		return []any{p.ID, p.Label, p.Carrier, p.CarrierName, p.Service, p.TrackingNumber, micro(p.ShippedAt)}
	})
	err := t.execAll(ctx, len(packages), `UPDATE packages SET state = 'saved', refusal = '', label = r.value ->> 1, carrier = r.value ->> 2,
			carrier_name = r.value ->> 3, service = r.value ->> 4, tracking = r.value ->> 5, shipped_at = CAST(r.value ->> 6 AS BIGINT)
		FROM {{rows 1}} WHERE order_id = $2 AND package_id = r.value ->> 0 AND state = 'refused'`, list, rowID)
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM package_lines WHERE order_id = $2 AND package_id IN (SELECT r.value ->> 0 FROM {{rows 1}})`, list, rowID); err != nil {
		return err
	}
	return t.insertContents(ctx, rowID, packages)
}

// insertContents writes what is in packages.
func (t *tx) insertContents(ctx context.Context, rowID int64, packages []shipment.Package) error {
	type content struct {
		pack string
		shipment.Content
	}
	var contents []content
	for _, p := range packages {
		for _, c := range p.Contents {
			contents = append(contents, content{p.ID, c})
		}
	}
	return t.execAll(ctx, len(contents), `INSERT INTO package_lines (order_id, package_id, line_id, quantity)
		SELECT CAST($2 AS BIGINT), r.value ->> 0, r.value ->> 1, CAST(r.value ->> 2 AS BIGINT) FROM {{rows 1}}`,
		table(contents, func(c content) []any { return []any{c.pack, c.LineID, c.Quantity} }), rowID)
}

// packages reads an order's packages with their contents as they were saved, and their last faults.
func (s *Store) packages(ctx context.Context, q querier, rowID int64) ([]PackageRow, error) {
	var out []PackageRow
	err := s.each(ctx, q, `SELECT p.package_id, p.number, p.state, p.label, p.carrier, p.carrier_name, p.service, p.tracking, p.shipped_at, p.attempts,
			p.confirmed_at, p.channel_ref, p.request_id, p.refusal, l.line_id, l.quantity, `+faultColumns+`
		FROM packages p JOIN package_lines l ON l.order_id = p.order_id AND l.package_id = p.package_id
			LEFT JOIN faults f ON f.id = p.fault_id
		WHERE p.order_id = $1 ORDER BY p.number, l.line_id`, func(rows *sql.Rows) error {
		var p PackageRow
		var c shipment.Content
		var shipped, confirmed int64
		var f faultFields
		dest := []any{&p.ID, &p.Number, &p.State, &p.Label, &p.Carrier, &p.CarrierName, &p.Service, &p.TrackingNumber, &shipped, &p.Attempts,
			&confirmed, &p.ChannelRef, &p.RequestID, &p.Refusal, &c.LineID, &c.Quantity}
		if err := rows.Scan(append(dest, f.dest()...)...); err != nil {
			return err
		}
		p.ShippedAt, p.ConfirmedAt, p.Fault = at(shipped), at(confirmed), f.fault()
		if len(out) == 0 || out[len(out)-1].Number != p.Number {
			out = append(out, p)
		}
		last := &out[len(out)-1]
		last.Contents = append(last.Contents, c)
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
