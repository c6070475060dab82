package orders

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
)

// packageRow is a row of packages, as far as what becomes of a package is decided by it.
type packageRow struct {
	OrderID        int64          `db:"order_id"`
	ID             string         `db:"package_id"`
	Number         int            `db:"number"`
	State          shipment.State `db:"state"`
	Label          string         `db:"label"`
	Carrier        string         `db:"carrier"`
	CarrierName    string         `db:"carrier_name"`
	Service        string         `db:"service"`
	TrackingNumber string         `db:"tracking"`
	ShippedAt      time.Time      `db:"shipped_at"`
	AttemptedAt    time.Time      `db:"attempted_at"`
	Doubtful       bool           `db:"doubtful"`
	Sender         string         `db:"sender"`
	Was            string         `db:"was"`
	ForgottenBy    string         `db:"forgotten_by"`
	AnywayBy       string         `db:"anyway_by"`
	AnywayHolds    string         `db:"anyway_holds"`
}

func (r packageRow) known() *shipment.Known {
	return &shipment.Known{
		Package: shipment.Package{ID: r.ID, Label: r.Label, Carrier: r.Carrier, CarrierName: r.CarrierName, Service: r.Service,
			TrackingNumber: r.TrackingNumber, ShippedAt: r.ShippedAt},
		Number: r.Number, State: r.State, UnderWay: !r.AttemptedAt.IsZero(), Doubtful: r.Doubtful, Sender: r.Sender, Was: r.Was, ForgottenBy: r.ForgottenBy,
		AnywayBy: r.AnywayBy, AnywayHolds: r.AnywayHolds, Reversed: map[string]int{},
	}
}

// PackageColumns are the columns of a package p and its content l for a PackageScan. Rows of one package follow each other,
// sorted by line.
var PackageColumns = db.SelectsOf[packageRow]("p") + `, l.line_id, l.quantity, l.reversed`

// FromPackages joins every package p with its contents l.
const FromPackages = `packages p JOIN package_lines l ON l.order_id = p.order_id AND l.package_id = p.package_id`

// LocatedPackages are the columns of a PackageScan and the location of each line, for ScanLocated, and where they are read from.
var LocatedPackages = PackageColumns + `, COALESCE(x.location, '') FROM ` + FromPackages + ` LEFT JOIN order_lines x ON x.order_id = l.order_id AND x.line_id = l.line_id`

// PackageScan collects packages by order from rows of PackageColumns.
type PackageScan struct {
	ByOrder map[int64][]*shipment.Known
}

// Scan adds a row.
func (s *PackageScan) Scan(rows *sql.Rows) error {
	_, err := s.next(rows)
	return err
}

// ScanLocated adds a row with the location of its line.
func (s *PackageScan) ScanLocated(rows *sql.Rows) error {
	var location string
	p, err := s.next(rows, &location)
	if err != nil {
		return err
	}
	if p.From == nil {
		p.From = map[string]string{}
	}
	p.From[p.Contents[len(p.Contents)-1].LineID] = location
	return nil
}

// next reads a row, and further columns into their destinations, and returns the row's package.
func (s *PackageScan) next(rows *sql.Rows, further ...any) (*shipment.Known, error) {
	var row packageRow
	var c shipment.Content
	var reversed int
	dest := append(db.FieldsOf(&row), &c.LineID, &c.Quantity, &reversed)
	if err := rows.Scan(append(dest, further...)...); err != nil {
		return nil, err
	}
	if s.ByOrder == nil {
		s.ByOrder = map[int64][]*shipment.Known{}
	}
	list := s.ByOrder[row.OrderID]
	if n := len(list); n == 0 || list[n-1].ID != row.ID {
		list = append(list, row.known())
		s.ByOrder[row.OrderID] = list
	}
	last := list[len(list)-1]
	last.Contents = append(last.Contents, c)
	if reversed > 0 {
		last.Reversed[c.LineID] = reversed
	}
	return last, nil
}

// unsentStates are the words of shipment.State.Unsent, and of the index packages_unsent.
var unsentStates = db.Words(shipment.States(), shipment.State.Unsent)

// loadUnsent reads the packages of locked orders from which cancelled units can be taken out.
func loadUnsent(ctx context.Context, t *db.Tx, orderIDs []int64) (order.Packages, error) {
	found := order.Packages{}
	if len(orderIDs) == 0 {
		return found, nil
	}
	slices.Sort(orderIDs)
	var packages PackageScan
	err := t.Query(ctx, `SELECT `+PackageColumns+` FROM {{rows 1}} CROSS JOIN `+FromPackages+`
		WHERE p.order_id = r.value AND p.state IN `+unsentStates+`
		ORDER BY p.order_id, p.number, l.line_id`, packages.Scan, db.IDs(slices.Compact(orderIDs)))
	for id, list := range packages.ByOrder {
		found[id] = shipment.NewUnsent(list...)
	}
	return found, err
}

// reversalRow is a line of a package of which units were taken out.
type reversalRow struct {
	OrderID   int64  `db:"order_id"`
	PackageID string `db:"package_id"`
	LineID    string `db:"line_id"`
	Reversed  int    `db:"reversed"`
}

// packageName identifies a package.
type packageName struct {
	OrderID   int64  `db:"order_id"`
	PackageID string `db:"package_id"`
}

// flushUnsent writes the reduced packages. An empty package is voided; one that the channel shows as shipped while the account
// observes is confirmed.
func flushUnsent(ctx context.Context, t *db.Tx, packages order.Packages) error {
	var lines []reversalRow
	var voided, elsewhere []packageName
	for id, unsent := range packages {
		for _, r := range unsent.Reversals() {
			lines = append(lines, reversalRow{id, r.PackageID, r.LineID, r.Reversed})
		}
		for _, p := range unsent.Voided() {
			voided = append(voided, packageName{id, p})
		}
		for _, p := range unsent.Elsewhere() {
			elsewhere = append(elsewhere, packageName{id, p})
		}
	}
	named := ` FROM {{rows 1}} WHERE packages.order_id = r.order_id AND packages.package_id = r.package_id AND packages.state IN ` + unsentStates
	if len(lines) > 0 {
		err := t.ExecAll(ctx, len(lines), `UPDATE package_lines SET reversed = r.reversed FROM {{rows 1}}
			WHERE package_lines.order_id = r.order_id AND package_lines.package_id = r.package_id AND package_lines.line_id = r.line_id`, db.RowsOf(lines))
		if err != nil {
			return err
		}
	}
	if len(voided) > 0 {
		if err := t.ExecAll(ctx, len(voided), `UPDATE packages SET state = '`+string(shipment.Voided)+`'`+named, db.RowsOf(voided)); err != nil {
			return err
		}
	}
	if len(elsewhere) == 0 {
		return nil
	}
	return t.ExecAll(ctx, len(elsewhere), `UPDATE packages SET state = '`+string(shipment.Confirmed)+`', confirmed_at = CAST($2 AS BIGINT),
		forgotten_by = CAST($3 AS TEXT)`+named, db.RowsOf(elsewhere), t.Now, shipment.ConfirmedBy)
}

// Unsent lists, by order, the packages that are processed and not confirmed.
func Unsent(ctx context.Context, read db.Reading, orderIDs []int64) (map[int64][]string, error) {
	out := map[int64][]string{}
	if len(orderIDs) == 0 {
		return out, nil
	}
	err := read(ctx, `SELECT p.order_id, p.package_id FROM {{rows 1}} CROSS JOIN packages p
		WHERE p.order_id = r.value AND p.state IN `+unsentStates+`
		ORDER BY p.order_id, p.number`, func(rows *sql.Rows) error {
		var id int64
		var pack string
		err := rows.Scan(&id, &pack)
		out[id] = append(out[id], pack)
		return err
	}, db.IDs(orderIDs))
	return out, err
}
