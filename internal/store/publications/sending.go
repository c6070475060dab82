package publications

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
)

// GoodsToCheck returns a run's products after a key whose variants wait to be checked. limit counts all products read, so that
// batches keep their bounds during the run. next is the last one read; empty: there are no more.
func (s *Store) GoodsToCheck(ctx context.Context, run, after string, limit int) (goods []Goods, next string, err error) {
	limit = min(max(limit, 1), maxChunkProducts)
	keys, err := s.texts(ctx, `SELECT reference FROM run_items WHERE run_id = $1 AND type = 'product' AND reference > $2
		ORDER BY reference LIMIT $3`, run, after, limit)
	if err == nil {
		goods, err = s.goods(ctx, run, publication.ToCheck(), keys)
	}
	if err != nil {
		return nil, "", fmt.Errorf("read the goods of run %s to be checked: %w", run, err)
	}
	if len(keys) == limit {
		next = keys[len(keys)-1]
	}
	return goods, next, nil
}

// GoodsToSubmit returns a run's next checked products after a key, with their saved plans: whole products with at most skus SKUs,
// parents counted, but at least one product. until is the last one; empty: none is left.
func (s *Store) GoodsToSubmit(ctx context.Context, run, after string, skus int) (goods []Goods, until string, err error) {
	until, _, err = s.ToSubmit(ctx, run, after, skus)
	if err != nil || until == "" {
		return nil, "", err
	}
	goods, err = s.GoodsBetween(ctx, run, after, until)
	return goods, until, err
}

// ToSubmit returns the last product and the number of SKUs of the next batch to send, without reading the products.
func (s *Store) ToSubmit(ctx context.Context, run, after string, skus int) (until string, n int, err error) {
	var b publication.Batch
	due, turn := inTurn(publication.ToSend(), 4)
	err = s.Read(ctx, `SELECT i.parent, COUNT(*) FROM run_items i WHERE i.run_id = $1 AND i.parent > $2 AND i.parent <> '' AND `+due+`
			GROUP BY i.parent ORDER BY i.parent LIMIT $3`, func(rows *sql.Rows) error {
		var product string
		var variants int
		err := rows.Scan(&product, &variants)
		b.Add(product, variants, skus)
		return err
	}, append([]any{run, after, max(skus, 1)}, turn...)...)
	if err != nil {
		return "", 0, fmt.Errorf("find the goods of run %s to be sent: %w", run, err)
	}
	return b.Until, b.SKUs, nil
}

// GoodsBetween returns a run's products to be sent, after a key up to another key.
func (s *Store) GoodsBetween(ctx context.Context, run, after, until string) ([]Goods, error) {
	due, turn := inTurn(publication.ToSend(), 5)
	keys, err := s.texts(ctx, `SELECT DISTINCT i.parent FROM run_items i WHERE i.run_id = $1 AND i.parent > $2 AND i.parent <= $3 AND i.parent <> ''
		AND `+due+` ORDER BY i.parent LIMIT $4`, append([]any{run, after, until, db.MaxLimit}, turn...)...)
	var goods []Goods
	if err == nil {
		goods, err = s.goods(ctx, run, publication.ToSend(), keys)
	}
	if err != nil {
		return nil, fmt.Errorf("read the goods of run %s to be sent: %w", run, err)
	}
	return goods, nil
}

// inTurn returns the condition for items i whose turn it is. Its arguments are numbered from first on.
func inTurn(turn publication.Turn, first int) (condition string, args []any) {
	return fmt.Sprintf(`i.type = CAST($%d AS TEXT) AND i.status = CAST($%d AS TEXT) AND i.step = CAST($%d AS TEXT)`, first, first+1, first+2),
		[]any{string(turn.Kind), string(turn.Status), string(turn.Step)}
}

// texts reads one column.
func (s *Store) texts(ctx context.Context, text string, args ...any) ([]string, error) {
	var out []string
	err := s.Read(ctx, text, func(rows *sql.Rows) error {
		var one string
		err := rows.Scan(&one)
		out = append(out, one)
		return err
	}, args...)
	return out, err
}
