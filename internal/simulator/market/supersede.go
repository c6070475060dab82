package market

// What the seller submitted last stays: a change that takes effect at once ends what was to come before it.

// supersedeQuantities ends the quantities that were to come.
func (c *change) supersedeQuantities(changes []QuantityChange) error {
	skus := make([]string, len(changes))
	for i, q := range changes {
		skus[i] = q.SKU
	}
	return c.ends(skus, `DELETE FROM due WHERE listing IS NULL AND sku IN `, `UPDATE due SET quantity = -1 WHERE sku IN `)
}

// supersede ends the contents that were to come, and the quantities of those listings that give one.
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

// forget ends all that was to come.
func (c *change) forget(skus []string) error { return c.ends(skus, `DELETE FROM due WHERE sku IN `) }

// ends runs statements for SKUs, if anything is to come at all.
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
