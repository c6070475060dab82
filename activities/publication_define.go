package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

const (
	// definitionHolds is how long a definition is used before it is fetched again.
	definitionHolds = 24 * time.Hour
	// definedAtOnce limits the definitions that one call fetches, so that it ends within its deadline.
	definedAtOnce = 10
	// checkedAtOnce limits the variants of one call: a hundred products may have thousands.
	checkedAtOnce = 1_000
)

// define returns the definitions that the batch needs and fetches missing or old ones. It shortens a batch that needs too many
// new ones. It returns a fault when a missing definition may be available later; a definition that does not exist is nil in the
// result, and the check reports an issue for each product that needs it. An old definition is used when a newer one can't be
// fetched now.
func (c *checking) define(ctx, asking context.Context) (definitions, *channel.Fault, error) {
	scope := scope(c.rec.acc)
	types := wants(c.rec.conn, c.checkable())
	known, err := c.kept(ctx, scope, types)
	if err != nil {
		return nil, nil, err
	}
	old := make(map[string]bool)
	for _, t := range types {
		old[t] = known[t] == nil || time.Since(known[t].FetchedAt) > definitionHolds
	}
	c.cut(old)
	for _, t := range wants(c.rec.conn, c.checkable()) {
		if !old[t] {
			continue
		}
		d, err := c.rec.conn.Define(asking, t)
		if err == nil {
			if err := c.Store.Products.SaveDefinition(ctx, scope, d); err != nil {
				return nil, nil, fmt.Errorf("save the definition of %q: %w", t, err)
			}
			known[t] = &d
			continue
		}
		fault := channel.AsFault(err, string(channel.OpDefine))
		switch {
		case fault.Class == channel.Auth:
			return nil, fault, nil
		case fault.Permanent() || c.in.Resigned && known[t] == nil:
			known[t] = nil
			if err := c.rec.refused(ctx, fault); err != nil {
				return nil, nil, err
			}
		case known[t] == nil:
			return nil, fault, nil
		}
	}
	return known, nil, nil
}

// checkable returns the products that the adapter can check.
func (c *checking) checkable() []good {
	var out []good
	for _, g := range c.goods {
		if !g.failed {
			out = append(out, g)
		}
	}
	return out
}

// cut ends the batch before the product that would exceed the limit of variants or of fetched definitions.
func (c *checking) cut(old map[string]bool) {
	fetched, variants := make(map[string]bool), 0
	for i, g := range c.goods {
		if g.failed {
			continue
		}
		variants += len(g.Composed.Product.Variants)
		for _, t := range c.rec.conn.Wants(g.Composed.Product) {
			if old[t] {
				fetched[t] = true
			}
		}
		if i > 0 && (len(fetched) > definedAtOnce || variants > checkedAtOnce) {
			c.out.Until, c.out.Last = c.goods[i-1].Goods.Product.Key, false
			c.goods = c.goods[:i]
			return
		}
	}
}
