package market

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Remember stores the answer given under an idempotency key; the first answer stays.
func (m *Market) Remember(ctx context.Context, key, fingerprint string, answer []byte) error {
	if answer == nil {
		answer = []byte{}
	}
	err := m.change(ctx, func(c *change) error {
		return c.exec(`INSERT INTO answers (key, fingerprint, answer) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING`, key, fingerprint, answer)
	})
	if err != nil {
		return fmt.Errorf("remember answer: %w", err)
	}
	return nil
}

// Recall returns the answer stored under an idempotency key.
func (r *Reader) Recall(ctx context.Context, key string) (fingerprint string, answer []byte, found bool, err error) {
	err = r.db.QueryRowContext(ctx, `SELECT fingerprint, answer FROM answers WHERE key = ?`, key).Scan(&fingerprint, &answer)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, false, nil
	}
	if err != nil {
		return "", nil, false, fmt.Errorf("recall answer: %w", err)
	}
	return fingerprint, answer, true, nil
}
