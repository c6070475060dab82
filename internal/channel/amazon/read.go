package amazon

import (
	"cmp"
	"encoding/json"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/order"
)

// decodeOrder reads one order. The error, made by channel.Unusable or by the decoder, is of an order without a readable id, version or
// lines; what else can't be read, it is saved without.
func decodeOrder(body []byte) (order.Snapshot, error) {
	var w wireOrder
	if err := json.Unmarshal(body, &w); err != nil {
		return order.Snapshot{}, err
	}
	return w.read()
}

// orderError returns the error of an order that decodeOrder can't read.
func orderError(operation, requestID string, body []byte, err error) *channel.OrderError {
	id, updated := transport.Head(body, "orderId", "lastUpdatedTime")
	return channel.NewOrderError(operation, requestID, body, id, updated, cmp.Or(channel.WhyUnusable(err), transport.WhyUnreadable(err)))
}

// read returns the API's order as a snapshot. Errors contain no buyer's data.
func (w wireOrder) read() (order.Snapshot, error) {
	if w.OrderID == "" || w.LastUpdatedTime.Time().IsZero() {
		return order.Snapshot{}, channel.Unusable("it has no id or no time of change")
	}
	o := order.Snapshot{
		ID: w.OrderID, Reference: w.OrderID, PlacedAt: w.CreatedTime.Time(), UpdatedAt: w.LastUpdatedTime.Time(),
		Fulfilment: order.FulfilmentUnmapped, Buyer: w.buyer(),
	}
	if o.PlacedAt.IsZero() {
		o.PlacedAt = o.UpdatedAt
		o.CannotRead(order.UnreadPlaced)
	}
	if w.Buyer.Unread || w.Recipient.Unread {
		o.CannotRead(order.UnreadBuyer)
	}
	if w.Fulfillment != nil {
		o.ChannelStatus = w.Fulfillment.FulfillmentStatus
		o.Paid = paid[o.ChannelStatus]
		o.ChannelFulfils = w.Fulfillment.FulfilledBy == "AMAZON"
		o.ShipBy, o.DeliverBy = w.Fulfillment.ShipBy.Latest.Time(), w.Fulfillment.DeliverBy.Latest.Time()
		if known, ok := fulfilments[o.ChannelStatus]; ok {
			o.Fulfilment = known
		}
	}
	m := &reader{}
	for n, item := range w.OrderItems {
		if item.OrderItemID == "" || item.QuantityOrdered < 0 {
			return order.Snapshot{}, channel.Unusable("item %d has no id, or a negative quantity", n+1)
		}
		o.Lines = append(o.Lines, item.read(m, o.Fulfilment))
		o.BuyerCancels = o.BuyerCancels || item.cancelAsked()
	}
	w.waits(&o)
	if w.amounts(m, &o); m.unread {
		o.WithoutAmounts()
	}
	return o, channel.Saveable(o)
}

// reader reads amounts and notes whether one of them can't be read.
type reader struct{ unread bool }

func (m *reader) minor(a *amount) int64 {
	minor, err := a.minor()
	m.unread = m.unread || err != nil
	return minor
}

// sum adds the subtotals of one kind.
func (m *reader) sum(parts []breakdown, kind string) (total int64) {
	for _, part := range parts {
		if part.Type == kind {
			total += m.minor(part.Subtotal)
		}
	}
	return total
}

// amounts sets the order's totals. Some orders have no breakdown of the whole; then the items' breakdowns are added
// up.
func (w wireOrder) amounts(m *reader, o *order.Snapshot) {
	if w.Proceeds == nil || w.Proceeds.GrandTotal.hidden() {
		return // pending: Amazon shows no price yet
	}
	o.Currency, o.Total = w.Proceeds.GrandTotal.CurrencyCode, m.minor(w.Proceeds.GrandTotal)
	parts := w.Proceeds.Breakdowns
	if len(parts) == 0 {
		for _, item := range w.OrderItems {
			if item.Proceeds != nil {
				parts = append(parts, item.Proceeds.Breakdowns...)
			}
		}
	}
	o.Shipping, o.Tax, o.Discount = m.sum(parts, "SHIPPING"), m.sum(parts, "TAX"), m.sum(parts, "DISCOUNT")
	if o.Discount < 0 {
		o.Discount = -o.Discount // Amazon writes discounts as negative proceeds
	}
}

func (i wireItem) read(m *reader, whole order.Fulfilment) order.SnapshotLine {
	l := order.SnapshotLine{ID: i.OrderItemID, SKU: i.Product.SellerSKU, Title: i.Product.Title, Quantity: i.QuantityOrdered, Total: i.total(m)}
	switch {
	case i.Fulfillment != nil:
		// The API has no number of cancelled units: they are the ones neither shipped nor still to ship.
		l.Shipped = min(max(i.Fulfillment.QuantityFulfilled, 0), l.Quantity)
		l.Cancelled = max(l.Quantity-l.Shipped-max(i.Fulfillment.QuantityUnfulfilled, 0), 0)
	case whole == order.FulfilmentCancelled:
		l.Cancelled = l.Quantity
	}
	if i.Product.Price != nil {
		l.UnitPrice = m.minor(i.Product.Price.UnitPrice)
	}
	l.Tax, l.Discount = i.part(m, "TAX"), i.part(m, "DISCOUNT")
	return l
}

// part returns the size of one kind of the item's proceeds; 0 if there is none.
func (i wireItem) part(m *reader, kind string) int64 {
	if i.Proceeds == nil {
		return 0
	}
	total := m.sum(i.Proceeds.Breakdowns, kind)
	return max(total, -total) // Amazon writes discounts as negative proceeds
}

// cancelAsked reports whether the buyer has asked to cancel the item, and Amazon has not carried it out (ItemCancellation).
func (i wireItem) cancelAsked() bool {
	c := i.Cancellation
	return c != nil && c.Request != nil && c.Execution == nil
}

// total returns the line's amount before shipping: its ITEM proceeds, or all of them if they are not split.
func (i wireItem) total(m *reader) int64 {
	if i.Proceeds == nil {
		return 0
	}
	for _, part := range i.Proceeds.Breakdowns {
		if part.Type == "ITEM" {
			return m.sum(i.Proceeds.Breakdowns, "ITEM")
		}
	}
	return m.minor(i.Proceeds.ProceedsTotal)
}

// buyer returns the recipient; nil while Amazon hides the address.
func (w wireOrder) buyer() *order.Buyer {
	if w.Recipient.Value == nil || w.Recipient.Value.DeliveryAddress == nil {
		return nil
	}
	a := w.Recipient.Value.DeliveryAddress
	b := &order.Buyer{
		Name: a.Name, Phone: a.Phone, City: a.City, Region: a.StateOrRegion, PostalCode: a.PostalCode, CountryCode: a.CountryCode,
	}
	var lines []string
	for _, line := range []string{a.CompanyName, a.AddressLine1, a.AddressLine2, a.AddressLine3} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) > 0 {
		b.Line1 = lines[0]
	}
	for n, line := range lines[min(len(lines), 1):] {
		if n > 0 {
			b.Line2 += ", "
		}
		b.Line2 += line
	}
	if b.Region == "" {
		b.Region = a.DistrictOrCounty
	}
	if known := w.Buyer.Value; known != nil {
		b.Email = known.BuyerEmail
		if b.Name == "" {
			b.Name = known.BuyerName
		}
	}
	w.addNotes(b)
	return b
}

// addNotes adds what the buyer asks for: how to deliver the order, and what to enclose with an item.
func (w wireOrder) addNotes(b *order.Buyer) {
	if p := w.Recipient.Value.DeliveryPreference; p != nil {
		b.Note = order.NoteOf(p.AddressInstruction, labelled("drop-off location: ", p.DropOffLocation))
	}
	for _, item := range w.OrderItems {
		if item.Fulfillment == nil || item.Fulfillment.Packing == nil || item.Fulfillment.Packing.GiftOption == nil {
			continue
		}
		gift := item.Fulfillment.Packing.GiftOption
		note := order.LineNote{LineID: item.OrderItemID, Gift: order.NoteOf(gift.GiftMessage), Text: order.NoteOf(labelled("gift wrap: ", gift.GiftWrapLevel))}
		if note.Gift != "" || note.Text != "" {
			b.LineNotes = append(b.LineNotes, note)
		}
	}
}

// labelled returns a text with a label before it; empty if there is no text.
func labelled(label, text string) string {
	if text == "" {
		return ""
	}
	return label + text
}
