package merchantfile

import "strings"

type amazonOrders struct {
	id, merchant, placed, changed, status, channel, site, sku, title, item, quantity column
}

func bindAmazonOrders(h *header, _ Options) shape {
	h.use(Orders)
	f := &amazonOrders{
		id: h.find("amazon-order-id"), merchant: h.find("merchant-order-id"), placed: h.find("purchase-date"), changed: h.find("last-updated-date"),
		status: h.find("order-status"), channel: h.find("fulfillment-channel"), site: h.find("sales-channel"), sku: h.find("sku"),
		title: h.find("product-name"), item: h.find("item-status"), quantity: h.find("quantity"),
	}
	return shape{
		key: func(r row) string { return r.get(f.id) }, last: f.status, numbers: []column{f.quantity}, dates: []column{f.placed, f.changed}, sold: f.read,
	}
}

// read returns the order of some rows. A line's own status decides about it: a cancelled line may stand in a shipped order, with its
// quantity and its price.
func (f *amazonOrders) read(p *page, rows []row) (SoldOrder, bool) {
	head := rows[0]
	if head.get(f.id) == "" {
		p.wrong(head.line, f.id, "it is empty", "Amazon's order id")
		return SoldOrder{}, false
	}
	if strings.HasPrefix(strings.ToLower(head.get(f.site)), "non-amazon") {
		p.skip(head.line, head.get(f.id), "Amazon ships it for a sale elsewhere: it is no sale on Amazon")
		return SoldOrder{}, false
	}
	o := SoldOrder{
		Line: head.line, ID: p.orderID(head, f.id), Site: strings.Clone(head.get(f.site)), Status: strings.Clone(head.get(f.status)), PlacedAt: p.date(head, f.placed),
		ChannelFulfils: strings.EqualFold(head.get(f.channel), "Amazon"), Paid: !strings.EqualFold(head.get(f.status), "Pending"),
		Cancelled: strings.EqualFold(head.get(f.status), "Cancelled"),
	}
	o.Reference = o.ID
	for _, r := range rows {
		o.ChangedAt = latest(o.ChangedAt, o.PlacedAt, p.date(r, f.changed))
		status := first(r.get(f.item), r.get(f.status))
		o.Lines = append(o.Lines, SoldLine{
			Line: r.line, SKU: p.soldSKU(r, f.sku), Title: title(r, f.title), Quantity: p.soldUnits(r, f.quantity),
			Shipped: strings.EqualFold(status, "Shipped"), Cancelled: strings.EqualFold(status, "Cancelled"),
		})
	}
	if o.PlacedAt.IsZero() {
		p.wrong(head.line, f.placed, "it is empty", "when the order was placed")
	}
	return o, true
}
