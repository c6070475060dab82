package market

// The latest submission counts: an immediate change cancels pending ones.

// supersedeQuantities cancels pending quantities.
func (c *change) supersedeQuantities(changes []QuantityChange) error {
	skus := make([]string, len(changes))
	for i, q := range changes {
		skus[i] = q.SKU
	}
	return c.ends(skus, `DELETE FROM due WHERE listing IS NULL AND sku IN `, `UPDATE due SET quantity = -1 WHERE sku IN `)
}

// supersede cancels pending contents, and pending quantities of listings that set one.
func (c *change) supersede(listings []Listing) error {
	var levelled []QuantityChange
	for _, l := range listings {
		if l.Quantity >= 0 {
			levelled = append(levelled, QuantityChange{SKU: l.SKU})
		}
	}
	if err := c.supersedeQuantities(levelled); err != nil {
		return err
	}
	return c.ends(skusOf(listings), `UPDATE due SET listing = NULL WHERE sku IN `, `DELETE FROM due WHERE listing IS NULL AND quantity < 0 AND sku IN `)
}

// forget cancels all pending changes.
func (c *change) forget(skus []string) error { return c.ends(skus, `DELETE FROM due WHERE sku IN `) }

// ends runs statements for SKUs if any change is pending.
func (c *change) ends(skus []string, statements ...string) error {
	if !c.coming || len(skus) == 0 {
		return nil
	}
	c.rescheduled = true
	for _, statement := range statements {
		if err := inChunks(skus, func(part []any) error { return c.exec(statement+`(`+placeholders(len(part))+`)`, part...) }); err != nil {
			return err
		}
	}
	return nil
}
