package merchantfile

import "strings"

type shopifyOrders struct {
	name, id, paid, money, fulfilled, sent, created, cancelled column
	quantity, title, sku, ships, line                          column
}

func bindShopifyOrders(h *header, _ Options) shape {
	h.use(Orders)
	f := &shopifyOrders{
		name: h.find("name"), id: h.find("id"), paid: h.find("paid at"), money: h.find("financial status"), fulfilled: h.find("fulfillment status"),
		sent: h.find("fulfilled at"), created: h.find("created at"), cancelled: h.find("cancelled at"), quantity: h.find("lineitem quantity"),
		title: h.find("lineitem name"), sku: h.find("lineitem sku"), ships: h.find("lineitem requires shipping"), line: h.find("lineitem fulfillment status"),
	}
	s := shape{
		key: func(r row) string { return r.get(f.name) }, last: f.money, numbers: []column{f.quantity},
		dates: []column{f.created, f.paid, f.sent, f.cancelled}, sold: f.read,
	}
	if !f.id.there() {
		s.lacks = map[Kind]string{Orders: "it has no column Id, by which Shopify knows its orders: export it with all columns"}
	}
	return s
}

// orderGID begins Shopify's ids of orders in its API; the export has the number alone.
const orderGID = "gid://shopify/Order/"

// read returns the order of some rows. The first has the order's data, the others only a line each. The whole order's cancellation is a
// moment; a line's own status says whether it was sent.
func (f *shopifyOrders) read(p *page, rows []row) (SoldOrder, bool) {
	head, before := rows[0], p.report.Wrong
	number := p.orderID(head, f.id)
	if p.report.Wrong > before {
		return SoldOrder{}, false
	}
	if strings.Trim(number, "0123456789") != "" || number == "" {
		p.wrong(head.line, f.id, quote(head.get(f.id))+" is no id of an order", "a number of digits only: export again and don't save the file in a spreadsheet")
		return SoldOrder{}, false
	}
	money := strings.ToLower(head.get(f.money))
	o := SoldOrder{
		Line: head.line, ID: orderGID + number, Reference: strings.Clone(head.get(f.name)), PlacedAt: p.date(head, f.created),
		Status: strings.ToUpper(money + "/" + head.get(f.fulfilled)), Cancelled: head.get(f.cancelled) != "",
		Paid: money == "paid" || money == "partially_refunded" || money == "refunded",
	}
	o.ChangedAt = latest(o.PlacedAt, p.date(head, f.paid), p.date(head, f.sent), p.date(head, f.cancelled))
	whole := strings.EqualFold(head.get(f.fulfilled), "fulfilled")
	for _, r := range rows {
		status := strings.ToLower(r.get(f.line))
		o.Lines = append(o.Lines, SoldLine{
			Line: r.line, SKU: p.soldSKU(r, f.sku), Title: title(r, f.title), Quantity: p.soldUnits(r, f.quantity),
			Shipped: status == "fulfilled" || whole && status == "", Cancelled: status == "restocked", NoShipping: strings.EqualFold(r.get(f.ships), "false"),
		})
	}
	if o.PlacedAt.IsZero() {
		p.wrong(head.line, f.created, "it is empty", "when the order was placed")
	}
	return o, true
}
