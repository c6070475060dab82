package market

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Document is a wire handler's own record that buyers never see, such as an inventory item or an unpublished offer.
type Document struct {
	Kind, Key string
	Body      []byte
}

// PutDocuments creates or overwrites documents, all or none.
func (m *Market) PutDocuments(ctx context.Context, documents []Document) error {
	err := m.change(ctx, func(c *change) error {
		rows := newInsert(`INSERT INTO documents (kind, key, body)`, 3)
		rows.suffix = ` ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body`
		for _, d := range documents {
			rows.add(d.Kind, d.Key, append([]byte{}, d.Body...))
		}
		return rows.run(ctx, c.tx)
	})
	if err != nil {
		return fmt.Errorf("put %d documents: %w", len(documents), err)
	}
	return nil
}

// DeleteDocuments deletes documents of one kind; missing keys are ignored.
func (m *Market) DeleteDocuments(ctx context.Context, kind string, keys []string) error {
	err := m.change(ctx, func(c *change) error {
		return inChunks(keys, func(part []any) error {
			return c.exec(`DELETE FROM documents WHERE kind = ? AND key IN (`+placeholders(len(part))+`)`, append([]any{kind}, part...)...)
		})
	})
	if err != nil {
		return fmt.Errorf("delete %d documents of kind %s: %w", len(keys), kind, err)
	}
	return nil
}

// Document returns one document.
func (r *Reader) Document(ctx context.Context, kind, key string) (body []byte, found bool, err error) {
	err = r.db.QueryRowContext(ctx, `SELECT body FROM documents WHERE kind = ? AND key = ?`, kind, key).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read document %s %s: %w", kind, key, err)
	}
	return body, true, nil
}

// Documents returns documents of one kind by key, from the first after a key ("" = from the beginning), at most limit
// (0 = a page of 100).
func (r *Reader) Documents(ctx context.Context, kind, after string, limit int) ([]Document, error) {
	if limit <= 0 {
		limit = defaultLimit
	}
	rows, err := r.db.QueryContext(ctx, `SELECT kind, key, body FROM documents WHERE kind = ? AND key > ? ORDER BY key LIMIT ?`, kind, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read documents of kind %s: %w", kind, err)
	}
	defer func() { _ = rows.Close() }()
	var all []Document
	for rows.Next() {
		var d Document
		if err := rows.Scan(&d.Kind, &d.Key, &d.Body); err != nil {
			return nil, fmt.Errorf("read documents of kind %s: %w", kind, err)
		}
		all = append(all, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read documents of kind %s: %w", kind, err)
	}
	return all, nil
}
