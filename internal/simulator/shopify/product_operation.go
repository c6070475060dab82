package shopify

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/simulator/market"
)

// operationTime is how long an asynchronous productSet takes, at speed 1.
const operationTime = 3 * time.Second

const operationKind = "operation"

// background is an asynchronous productSet. It is done at once and reported later.
type background struct {
	Due     time.Time   `json:"due"`
	Product int64       `json:"product"`
	Errors  []userError `json:"errors,omitempty"`
}

// later starts an asynchronous productSet.
func (s *shop) later(ctx context.Context, c *productChange) (any, error) {
	n, err := s.next(ctx, operationKind)
	if err != nil {
		return nil, err
	}
	id := gid("ProductSetOperation", n)
	b := background{Due: s.options.Now().Add(s.options.Delay(operationTime)), Product: c.becomes.Number, Errors: c.errs}
	body, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("keep operation: %w", err)
	}
	if err := s.market.PutDocuments(ctx, []market.Document{{Kind: operationKind, Key: id, Body: body}}); err != nil {
		return nil, err
	}
	operation := object{kind: "ProductSetOperation", fields: map[string]any{"id": id, "status": "CREATED", "product": nil, "userErrors": list{}}}
	return payload("ProductSetPayload", map[string]any{"product": nil, "productSetOperation": operation}, "ProductSetUserError", nil), nil
}

// operation returns the outcome of an asynchronous productSet.
func (s *shop) operation(ctx context.Context, a arguments) (any, error) {
	id := a.text("id")
	if _, ok := number(id, "ProductSetOperation"); !ok {
		return nil, invalidID(id)
	}
	body, found, err := s.market.Document(ctx, operationKind, id)
	if err != nil || !found {
		return nil, err
	}
	var b background
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, fmt.Errorf("read operation: %w", err)
	}
	fields := map[string]any{"id": id, "status": "ACTIVE", "product": nil}
	if s.options.Now().Before(b.Due) {
		return payload("ProductSetOperation", fields, "ProductSetUserError", nil), nil
	}
	fields["status"] = "COMPLETE"
	if len(b.Errors) == 0 {
		if fields["product"], err = s.shown(s.byNumber(ctx, b.Product)); err != nil {
			return nil, err
		}
	}
	return payload("ProductSetOperation", fields, "ProductSetUserError", b.Errors), nil
}
