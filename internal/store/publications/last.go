package publications

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/store/db"
)

// LastFates answers of each SKU what became of it when it was last published, one item per account and endpoint, dry runs that found nothing apart.
// They are sorted by account, endpoint and SKU.
func (s *Store) LastFates(ctx context.Context, skus []string) ([]PublicationItem, error) {
	var out []PublicationItem
	err := s.Read(ctx, `SELECT `+itemColumns+` FROM {{rows 1}} CROSS JOIN accounts a
			JOIN published p ON p.account = a.id AND p.endpoint IN ('production', 'test') AND p.sku = r.value
			JOIN run_items i ON i.id = p.ended_item
		ORDER BY p.account, p.endpoint, p.sku`, func(rows *sql.Rows) error {
		i, err := scanItem(rows)
		out = append(out, i)
		return err
	}, db.Texts(skus))
	if err != nil {
		return nil, fmt.Errorf("read what was last published of %d SKUs: %w", len(skus), err)
	}
	return out, nil
}
