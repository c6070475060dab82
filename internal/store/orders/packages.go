package orders

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// PackageRows reads an order's packages with their contents as they were saved, and their last faults.
func (s *Store) PackageRows(ctx context.Context, rowID int64) ([]PackageRow, error) {
	var out []PackageRow
	var found PackageScan
	err := s.Read(ctx, `SELECT `+PackageColumns+`, p.attempts, p.confirmed_at, p.channel_ref, p.request_id, p.refusal, `+runs.FaultColumns+`
		FROM `+FromPackages+` LEFT JOIN faults f ON f.id = p.fault_id
		WHERE p.order_id = $1 ORDER BY p.number, l.line_id`, func(rows *sql.Rows) error {
		var row PackageRow
		var confirmed int64
		var f runs.FaultFields
		dest := []any{&row.Attempts, &confirmed, &row.ChannelRef, &row.RequestID, &row.Refusal}
		known, err := found.next(rows, append(dest, f.Dest()...)...)
		if err != nil {
			return err
		}
		row.Known, row.ConfirmedAt, row.Fault = known, db.At(confirmed), f.Fault()
		if n := len(out); n == 0 || out[n-1].Known != known {
			out = append(out, row)
		}
		return nil
	}, rowID)
	return out, err
}
