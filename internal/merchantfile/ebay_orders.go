package merchantfile

import "strings"

type ebayOrders struct {
	record, id, item, title, sku, quantity, sold, paid, shipped, tracking column
}

func bindEbayOrders(h *header, _ Options) shape {
	h.use(Orders)
	f := &ebayOrders{
		record: h.find("sales record number"), id: h.find("order number"), item: h.find("item number"), title: h.find("item title"),
		sku: h.find("custom label"), quantity: h.find("quantity"), sold: h.find("sale date"), paid: h.find("paid on date"),
		shipped: h.find("shipped on date"), tracking: h.find("tracking number"),
	}
	return shape{
		key: func(r row) string { return r.get(f.id) }, numbers: []column{f.quantity}, dates: []column{f.sold, f.paid, f.shipped}, sold: f.read,
	}
}

// footer is what stands in the place of the order number in the last lines, where eBay counts the records.
const footer = "record(s) downloaded"

// read returns the order of some rows. Of an order with several lines, a row without item number is its summary and no line. A line is
// shipped when it has a day of shipping or a tracking number. A row without order number was never paid.
func (f *ebayOrders) read(p *page, rows []row) (SoldOrder, bool) {
	head := rows[0]
	switch {
	case head.get(f.id) == footer || head.get(f.id) == "" && head.get(f.item) == "":
		return SoldOrder{}, false
	case head.get(f.id) == "":
		p.skip(head.line, head.get(f.record), "it has no order number: it was never paid")
		return SoldOrder{}, false
	}
	o := SoldOrder{Line: head.line, ID: p.orderID(head, f.id), Paid: true, Status: "in the order report"}
	o.Reference = o.ID
	for _, r := range rows {
		placed := p.date(r, f.sold)
		if o.PlacedAt.IsZero() {
			o.PlacedAt = placed
		}
		o.ChangedAt = latest(o.ChangedAt, placed, p.date(r, f.paid), p.date(r, f.shipped))
		if r.get(f.item) == "" && len(rows) > 1 {
			continue
		}
		o.Lines = append(o.Lines, SoldLine{
			Line: r.line, SKU: p.soldSKU(r, f.sku), Title: title(r, f.title), Quantity: p.soldUnits(r, f.quantity),
			Shipped: strings.Trim(r.get(f.shipped)+r.get(f.tracking), " ") != "",
		})
	}
	if o.PlacedAt.IsZero() {
		p.wrong(head.line, f.sold, "it is empty", "the day of the sale")
	}
	return o, true
}
