package merchantfile

// amazonFBA is recognised so that quantities kept by Amazon never count as the merchant's.
var amazonFBA = definition{
	Format: Format{
		ID: "amazon-fba-inventory", Title: "Amazon's FBA inventory report",
		Use: "Amazon keeps and ships this stock, so that nothing of it is imported",
	},
	bare: true, needs: [][]string{amazonSKU, need("afn-fulfillable-quantity", "quantity available", "fulfillment-channel-sku", "fnsku")},
	never: []string{"item-name"}, bind: func(*header, Options) shape { return shape{} },
}

// amazonConfirmation is the file that confirms packages in Seller Central. Amazon's Japanese template has two extra
// lines before the header: one for Amazon and the Japanese column names.
var amazonConfirmation = definition{
	Format: Format{
		ID: "amazon-shipping-confirmation", Title: "Amazon's shipping confirmation file", Holds: []Kind{Packages},
		Use: "give it to: towpath process --file",
	},
	bare: true, needs: [][]string{need("order-id"), need("ship-date"), need("carrier-code"), need("tracking-number")},
	bind: bindAmazonConfirmation,
}

type amazonPackages struct{ order, item, quantity, shipped, carrier, name, tracking, service column }

func bindAmazonConfirmation(h *header, _ Options) shape {
	h.use(Packages)
	f := &amazonPackages{
		order: h.find("order-id"), item: h.find("order-item-id"), quantity: h.find("quantity"), shipped: h.find("ship-date"),
		carrier: h.find("carrier-code"), name: h.find("carrier-name"), tracking: h.find("tracking-number"), service: h.find("ship-method"),
	}
	return shape{last: f.order, numbers: []column{f.quantity}, dates: []column{f.shipped}, packed: f.read}
}

// read reads one row: a line of an order, or without an item's id the whole order.
func (f *amazonPackages) read(p *page, r row) (PackageRow, bool) {
	before := p.report.Wrong
	pack := PackageRow{
		Line: r.line, Order: p.reference(r, f.order), LineID: p.id(r, f.item), Carrier: r.get(f.carrier), CarrierName: r.get(f.name), Service: r.get(f.service),
	}
	pack.Tracking = p.tracking(r, f.tracking, &pack.Note)
	pack.Quantity = p.packed(r, f.quantity)
	pack.ShippedAt = p.date(r, f.shipped)
	if pack.Carrier == "" && pack.CarrierName != "" {
		pack.Carrier = "Other"
	}
	if pack.Quantity > 0 && pack.LineID == "" {
		p.wrong(r.line, f.quantity, "it counts units, and the row does not say of which item", "the order-item-id too, or no quantity for the whole order")
	}
	return pack, p.report.Wrong == before
}

// id reads an id of the channel; it may be empty.
func (p *page) id(r row, c column) string {
	text, _ := unwrap(r.bare(c))
	if reason, ok := Damaged(text); ok {
		p.wrong(r.line, c, quote(text)+" "+reason, "the id as the channel writes it")
		return ""
	}
	return text
}
