package publications

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
)

// Waiting is what a publication of an account's changed goods would look at.
type Waiting struct {
	Changed   Counted `json:"changed"`   // SKUs that the channel has accepted and that are newer in the catalogue, or in the account's settings for their category
	Held      int     `json:"held"`      // all whose price the brake holds, also those that are not listed yet
	StruckOff int     `json:"struckOff"` // listings that are left out until they are put back
}

// Waiting counts what has changed on an account since its channel accepted it, up to MostCounted. It compares times and composes no listing: what turns
// out to be as it was accepted is not counted any more once a publication has looked at it.
func (s *Store) Waiting(ctx context.Context, account string, endpoint channel.Endpoint) (w Waiting, err error) {
	err = s.Read(ctx, `SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM published s JOIN variants v ON v.sku = s.sku JOIN products p ON p.key = v.product
			WHERE s.account = CAST($1 AS TEXT) AND s.endpoint = CAST($2 AS TEXT) AND s.item > 0 AND (v.changed_at > s.read_at OR p.changed_at > s.read_at
				OR EXISTS (SELECT 1 FROM type_settings x WHERE x.account = CAST($1 AS TEXT) AND x.changed_at > s.read_at
					AND (x.category = '' OR `+within("p.category", "x.category")+`)))
				AND NOT `+struckOff("s.sku", "CAST($1 AS TEXT)")+` LIMIT `+fmt.Sprint(MostCounted+1)+`) c),
		(SELECT COUNT(*) FROM held_prices h WHERE h.account = CAST($1 AS TEXT) AND h.released_at = 0),
		(SELECT COUNT(*) FROM struck_off z WHERE z.account = CAST($1 AS TEXT))`, func(rows *sql.Rows) error {
		return rows.Scan(&w.Changed.N, &w.Held, &w.StruckOff)
	}, account, string(endpoint))
	if err != nil {
		return w, fmt.Errorf("count what has changed on %s: %w", account, err)
	}
	if w.Changed.N > MostCounted {
		w.Changed = Counted{N: MostCounted, AtLeast: true}
	}
	return w, nil
}
