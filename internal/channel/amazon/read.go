package amazon

import (
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
)

// read returns the API's order as a snapshot. Errors contain no buyer's data.
func (w wireOrder) read() (order.Snapshot, error) {
	if w.OrderID == "" || w.LastUpdatedTime.IsZero() {
		return order.Snapshot{}, fmt.Errorf("the order has no id or no time of change")
	}
	o := order.Snapshot{
		ID: w.OrderID, Reference: w.OrderID, PlacedAt: w.CreatedTime.UTC(), UpdatedAt: w.LastUpdatedTime.UTC(),
		Fulfilment: order.FulfilmentUnmapped, Buyer: w.buyer(),
	}
	if w.Fulfillment != nil {
		o.ChannelStatus = w.Fulfillment.FulfillmentStatus
		o.Paid = paid[o.ChannelStatus]
		o.ChannelFulfils = w.Fulfillment.FulfilledBy == "AMAZON"
		o.ShipBy, o.DeliverBy = time.Time(w.Fulfillment.ShipBy.Latest), time.Time(w.Fulfillment.DeliverBy.Latest)
		if known, ok := fulfilments[o.ChannelStatus]; ok {
			o.Fulfilment = known
		}
	}
	for _, item := range w.OrderItems {
		line, err := item.read(o.Fulfilment)
		if err != nil {
			return order.Snapshot{}, fmt.Errorf("order %s, item %s: %w", w.OrderID, item.OrderItemID, err)
		}
		o.Lines = append(o.Lines, line)
		o.BuyerCancels = o.BuyerCancels || item.cancelAsked()
	}
	if err := w.amounts(&o); err != nil {
		return order.Snapshot{}, fmt.Errorf("order %s: %w", w.OrderID, err)
	}
	return o, nil
}

// amounts sets the order's totals. Some orders have no breakdown of the whole; then the items' breakdowns are added
// up.
func (w wireOrder) amounts(o *order.Snapshot) error {
	if w.Proceeds == nil || w.Proceeds.GrandTotal == nil {
		return nil // pending: Amazon shows no price yet
	}
	if w.Proceeds.GrandTotal.known() {
		o.Currency = w.Proceeds.GrandTotal.CurrencyCode
	}
	parts := w.Proceeds.Breakdowns
	if len(parts) == 0 {
		for _, item := range w.OrderItems {
			if item.Proceeds != nil {
				parts = append(parts, item.Proceeds.Breakdowns...)
			}
		}
	}
	var err error
	if o.Total, err = w.Proceeds.GrandTotal.minor(); err != nil {
		return fmt.Errorf("grand total: %w", err)
	}
	for kind, into := range map[string]*int64{"SHIPPING": &o.Shipping, "TAX": &o.Tax, "DISCOUNT": &o.Discount} {
		if *into, err = sum(parts, kind); err != nil {
			return err
		}
	}
	if o.Discount < 0 {
		o.Discount = -o.Discount // Amazon writes discounts as negative proceeds
	}
	return nil
}

// sum adds the subtotals of one kind.
func sum(parts []breakdown, kind string) (total int64, err error) {
	for _, part := range parts {
		if part.Type != kind {
			continue
		}
		amount, err := part.Subtotal.minor()
		if err != nil {
			return 0, fmt.Errorf("%s: %w", kind, err)
		}
		total += amount
	}
	return total, nil
}

func (i wireItem) read(whole order.Fulfilment) (order.SnapshotLine, error) {
	if i.OrderItemID == "" || i.QuantityOrdered < 0 {
		return order.SnapshotLine{}, fmt.Errorf("no id, or a negative quantity")
	}
	l := order.SnapshotLine{ID: i.OrderItemID, SKU: i.Product.SellerSKU, Title: i.Product.Title, Quantity: i.QuantityOrdered}
	switch {
	case i.Fulfillment != nil:
		// The API has no number of cancelled units: they are the ones neither shipped nor still to ship.
		l.Shipped = min(max(i.Fulfillment.QuantityFulfilled, 0), l.Quantity)
		l.Cancelled = max(l.Quantity-l.Shipped-max(i.Fulfillment.QuantityUnfulfilled, 0), 0)
	case whole == order.FulfilmentCancelled:
		l.Cancelled = l.Quantity
	}
	var err error
	if i.Product.Price != nil {
		if l.UnitPrice, err = i.Product.Price.UnitPrice.minor(); err != nil {
			return order.SnapshotLine{}, fmt.Errorf("unit price: %w", err)
		}
	}
	if l.Total, err = i.total(); err != nil {
		return order.SnapshotLine{}, fmt.Errorf("proceeds: %w", err)
	}
	l.Tax, l.Discount = i.part("TAX"), i.part("DISCOUNT")
	return l, nil
}

// part returns the size of one kind of the item's proceeds; 0 if there is none, or it can't be read: nothing depends on it.
func (i wireItem) part(kind string) int64 {
	if i.Proceeds == nil {
		return 0
	}
	total, err := sum(i.Proceeds.Breakdowns, kind)
	if err != nil {
		return 0
	}
	return max(total, -total) // Amazon writes discounts as negative proceeds
}

// cancelAsked reports whether the buyer has asked to cancel the item, and Amazon has not carried it out (ItemCancellation).
func (i wireItem) cancelAsked() bool {
	c := i.Cancellation
	return c != nil && c.Request != nil && c.Execution == nil
}

// total returns the line's amount before shipping: its ITEM proceeds, or all of them if they are not split.
func (i wireItem) total() (int64, error) {
	if i.Proceeds == nil {
		return 0, nil
	}
	for _, part := range i.Proceeds.Breakdowns {
		if part.Type == "ITEM" {
			return sum(i.Proceeds.Breakdowns, "ITEM")
		}
	}
	return i.Proceeds.ProceedsTotal.minor()
}

// buyer returns the recipient; nil while Amazon hides the address.
func (w wireOrder) buyer() *order.Buyer {
	if w.Recipient == nil || w.Recipient.DeliveryAddress == nil {
		return nil
	}
	a := w.Recipient.DeliveryAddress
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
	if w.Buyer != nil {
		b.Email = w.Buyer.BuyerEmail
		if b.Name == "" {
			b.Name = w.Buyer.BuyerName
		}
	}
	w.addNotes(b)
	return b
}

// addNotes adds what the buyer asks for: how to deliver the order, and what to enclose with an item.
func (w wireOrder) addNotes(b *order.Buyer) {
	if p := w.Recipient.DeliveryPreference; p != nil {
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
