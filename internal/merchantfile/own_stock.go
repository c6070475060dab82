package merchantfile

// ownStock are the columns of Towpath's stock form.
type ownStock struct{ sku, location, quantity column }

func bindOwnStock(h *header, _ Options) shape {
	h.use(Stock)
	f := &ownStock{sku: h.find("sku"), location: h.find("location"), quantity: h.find("on hand", "available", "quantity")}
	means := map[string]Means{"on hand": OnHand, "available": Available}[plain(f.quantity.name)]
	return shape{
		last: f.quantity, numbers: []column{f.quantity},
		stock: func(p *page, rows []row, hand func(StockRow) error) error {
			return p.count(rows[0], f.sku, f.location, f.quantity, means, hand)
		},
	}
}

// count reads a row that has one quantity of one SKU.
func (p *page) count(r row, sku, location, quantity column, means Means, hand func(StockRow) error) error {
	s := StockRow{Line: r.line, Location: r.get(location), Means: means}
	if r.get(sku) == "" {
		p.wrong(r.line, sku, "it is empty", "a SKU")
		return nil
	}
	if s.SKU = p.sku(r, sku); s.SKU == "" || !p.once(r, sku, s.SKU, s.Location) {
		return nil
	}
	return p.units(r, quantity, s, hand)
}

// unitsOrSkip completes a row of stock, unless it is skipped already.
func (p *page) unitsOrSkip(r row, c column, s StockRow, hand func(StockRow) error) error {
	if s.Skip != "" {
		return hand(s)
	}
	return p.units(r, c, s, hand)
}

// units completes a row of stock with its quantity. An empty cell is not 0.
func (p *page) units(r row, c column, s StockRow, hand func(StockRow) error) error {
	if r.get(c) == "" {
		s.Skip = c.name + " is empty"
		return hand(s)
	}
	units, ok := p.quantity(r, c)
	if !ok {
		return nil
	}
	if units < 0 && s.Means == OnHand {
		p.wrong(r.line, c, quote(r.get(c))+": there can't be fewer than none on hand", "0 or more; count the shelf")
		return nil
	}
	s.Quantity = units
	return hand(s)
}
