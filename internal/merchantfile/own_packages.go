package merchantfile

// ownPackages are the columns of Towpath's packages form.
type ownPackages struct {
	account, order, line, sku, quantity, carrier, name, service, tracking, shipped column
}

func bindOwnPackages(h *header, _ Options) shape {
	h.use(Packages)
	f := &ownPackages{
		account: h.find("account"), order: h.find("order"), line: h.find("line"), sku: h.find("sku"), quantity: h.find("quantity"),
		carrier: h.find("carrier"), name: h.find("carrier name"), service: h.find("service"),
		tracking: h.find("tracking", "tracking number"), shipped: h.find("shipped", "ship date"),
	}
	return shape{last: f.carrier, numbers: []column{f.quantity}, dates: []column{f.shipped}, packed: f.read}
}

func (f *ownPackages) read(p *page, r row) (PackageRow, bool) {
	before := p.report.Wrong
	pack := PackageRow{
		Line: r.line, Account: r.get(f.account), Order: p.reference(r, f.order), LineID: p.id(r, f.line), SKU: r.bare(f.sku),
		Carrier: r.bare(f.carrier), CarrierName: r.bare(f.name), Service: r.bare(f.service),
	}
	pack.Tracking = p.tracking(r, f.tracking, &pack.Note)
	pack.Quantity = p.packed(r, f.quantity)
	pack.ShippedAt = p.date(r, f.shipped)
	if pack.Quantity > 0 && pack.LineID == "" && pack.SKU == "" {
		p.wrong(r.line, f.quantity, "it counts units of the order, and the row does not say which line", "a line or a SKU too, or no quantity for the whole order")
	}
	return pack, p.report.Wrong == before
}

// reference reads an order's number.
func (p *page) reference(r row, c column) string {
	text, _ := unwrap(r.bare(c))
	const want = "an order's reference, or the channel's id of it"
	if text == "" {
		p.wrong(r.line, c, "it is empty", want)
	} else if reason, ok := Damaged(text); ok {
		p.wrong(r.line, c, quote(text)+" "+reason, want)
	}
	return text
}

// tracking reads a tracking number. It may be empty: some services have none.
func (p *page) tracking(r row, c column, note *string) string {
	text, wrapped := unwrap(r.bare(c))
	if reason, ok := Damaged(text); ok {
		p.wrong(r.line, c, "tracking number "+quote(text)+" "+reason, "the number from the label, the column made Text before it is typed or pasted in")
		return ""
	}
	if wrapped {
		*note = "the tracking number is read as " + text + ` without ="" around it`
	}
	return text
}

// packed reads how many units a row packs; 0 for an empty cell: all.
func (p *page) packed(r row, c column) int {
	if r.get(c) == "" {
		return 0
	}
	units, ok := p.quantity(r, c)
	if ok && units < 1 {
		p.wrong(r.line, c, quote(r.get(c))+" units can't be packed", "1 or more, or nothing for all of them")
	}
	return units
}
