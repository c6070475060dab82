package book

import (
	"fmt"
	"hash/fnv"
	"slices"
	"time"
)

// cancelWithin is how long after a purchase a matched C line counts as a cancellation; later it is a return.
const cancelWithin = 24 * time.Hour

// raceEvery: every tenth cancellation is played while the warehouse ships.
const raceEvery = 10

// Plan returns the plan of the book under the given options. It can't fail: rows that can't be played are counted
// under a reason in Counts.
func (b *Book) Plan(o Options) *Plan {
	p := &planner{options: o, plan: &Plan{Products: b.products()}, bought: newPurchases(), titles: map[string]string{}}
	p.counts().RowsRead, p.counts().InvoicesRead = b.Rows(), b.Invoices()
	for _, product := range p.plan.Products {
		p.titles[product.SKU] = product.Title
	}
	for _, inv := range b.invoices {
		switch inv.kind() {
		case kindOrder:
			p.counts().Orders++
			p.placeInvoice(inv)
		case kindAdjustment:
			p.counts().AdjustmentInvoices++
			p.adjust(inv)
		case kindCancellation:
			p.counts().CancellationInvoices++
			p.reverse(inv)
		case kindCharges:
			p.counts().ChargesInvoices++
			p.counts().ChargesOnly += len(inv.rows)
		case kindNothing:
			p.counts().NothingInvoices++
			p.counts().NothingToOrder += len(inv.rows)
		}
	}
	if n := len(b.invoices); n > 0 {
		p.openStock(b.invoices[0].at, b.invoices[n-1].at)
	}
	// Stable, so that a purchase stays before its cancellation at the same time.
	slices.SortStableFunc(p.plan.Events, func(a, b Event) int { return a.At.Compare(b.At) })
	if n := len(p.plan.Events); n > 0 {
		p.plan.Start, p.plan.End = p.plan.Events[0].At, p.plan.Events[n-1].At
	}
	return p.plan
}

type planner struct {
	options Options
	plan    *Plan
	bought  *purchases
	titles  map[string]string
}

func (p *planner) counts() *Counts { return &p.plan.Counts }

func (p *planner) add(e Event) { p.plan.Events = append(p.plan.Events, e) }

// placeInvoice places an invoice's orders and remembers their lines for later C lines.
func (p *planner) placeInvoice(inv *invoice) {
	whole := p.order(inv)
	orders := []*Order{whole}
	if p.options.Shape == ShapeRetail {
		orders = split(whole)
	}
	for _, o := range orders {
		p.add(Event{At: inv.at, Kind: Place, Invoice: inv.number, Order: o})
		p.counts().PlacedOrders++
		p.counts().Units += o.Units()
		p.counts().Money += o.Total()
		if o.Guest {
			continue // a guest's C lines can't be matched: the buyer is unknown
		}
		for i, l := range o.Lines {
			p.bought.add(o.CustomerID, l, &purchase{orderID: o.ID, line: i, at: inv.at, left: l.Quantity})
		}
	}
}

// order returns one order for an invoice and counts each of its rows.
func (p *planner) order(inv *invoice) *Order {
	o := &Order{
		ID: inv.number, Account: p.account(inv.number), Country: inv.country,
		CustomerID: inv.customer, Guest: inv.customer == "",
	}
	c := p.counts()
	for _, r := range inv.rows {
		switch {
		case r.class == classFee:
			c.Fees++
		case !r.sellable():
			c.NotSellable++
		case r.class == classShipping:
			c.Shipping++
			o.Shipping += r.amount()
		case r.class == classDiscount:
			c.Discounts++
			o.Discount += r.amount()
		case r.class == classNotStocked:
			c.NotStocked++
			o.NotStocked = append(o.NotStocked, p.line(r))
		default:
			c.OrderLines++
			o.Lines = append(o.Lines, p.line(r))
		}
	}
	return o
}

func (p *planner) line(r row) Line {
	l := Line{Code: r.code, SKU: r.sku, Title: r.title, Quantity: r.quantity, UnitPrice: r.price}
	if l.Title == "" {
		l.Title = p.titles[r.sku]
	}
	if l.Title == "" {
		l.Title = r.code // a manual line the book says nothing about
	}
	return l
}

// account chooses the account of an invoice.
func (p *planner) account(number string) string {
	if len(p.options.Accounts) == 0 {
		return ""
	}
	return p.options.Accounts[hash(number)%uint32(len(p.options.Accounts))]
}

func (p *planner) adjust(inv *invoice) {
	for _, r := range inv.rows {
		if r.class != classProduct || r.quantity == 0 {
			p.counts().AdjustmentsOfNothing++
			continue
		}
		p.counts().Adjustments++
		p.add(Event{At: inv.at, Kind: Adjust, Invoice: inv.number, SKU: r.sku, Delta: r.quantity})
	}
}

// split divides an invoice into orders of 1 to 5 lines. Amounts billed once per invoice (shipping, discount, lines
// without stock) are in the first.
func split(whole *Order) []*Order {
	var orders []*Order
	for rest := whole.Lines; len(rest) > 0; {
		id := fmt.Sprintf("%s-%d", whole.ID, len(orders)+1)
		n := min(1+int(hash(id)%5), len(rest))
		o := &Order{
			ID: id, Account: whole.Account, Country: whole.Country,
			CustomerID: whole.CustomerID, Guest: whole.Guest, Lines: rest[:n:n],
		}
		if len(orders) == 0 {
			o.NotStocked, o.Shipping, o.Discount = whole.NotStocked, whole.Shipping, whole.Discount
		}
		orders, rest = append(orders, o), rest[n:]
	}
	return orders
}

// hash is the FNV-1a hash on which every deterministic choice is based.
func hash(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return h.Sum32()
}
