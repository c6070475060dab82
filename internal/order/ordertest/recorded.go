package ordertest

import (
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
)

// recordedBooks are books that write down each step.
type recordedBooks struct {
	Books
	steps *strings.Builder
}

// describe plays a sequence again and returns a description of its steps.
func (r *runner) describe(sequence tape) string {
	r.steps = &strings.Builder{}
	_, failed := r.play(&T{tape: sequence})
	fmt.Fprintf(r.steps, "  which fails: %s", failed)
	return r.steps.String()
}

func (b *recordedBooks) note(format string, args ...any) {
	fmt.Fprintf(b.steps, "  "+format+"\n", args...)
}

func (b *recordedBooks) Kits(t *T, kits []catalogue.Kit) {
	b.note("kits %+v", kits)
	b.Books.Kits(t, kits)
}

func (b *recordedBooks) Link(t *T, links []Link) {
	b.note("links %+v", links)
	b.Books.Link(t, links)
}

func (b *recordedBooks) Observe(t *T, account string, so bool) {
	b.note("%s observes: %t", account, so)
	b.Books.Observe(t, account, so)
}

func (b *recordedBooks) Page(t *T, account string, orders []order.Snapshot) {
	b.note("a page of %s", account)
	for _, o := range orders {
		b.note("  order %s placed %s, of version %s, paid: %t, refunded: %t, %s, country: %+v",
			o.ID, o.PlacedAt.Format("15:04"), o.UpdatedAt.Format("15:04"), o.Paid, o.Refunded, o.Fulfilment, o.Buyer)
		for _, l := range o.Lines {
			b.note("    line %s: %d of %s, %d cancelled, %d shipped, sender %q", l.ID, l.Quantity, l.SKU, l.Cancelled, l.Shipped, l.Sender)
		}
	}
	b.Books.Page(t, account, orders)
}

func (b *recordedBooks) Stock(t *T, c stock.Change) error {
	err := b.Books.Stock(t, c)
	b.note("stock of %s at %s: %s of %d: %v", c.SKU, c.Location, c.Kind, c.Quantity, err)
	return err
}

func (b *recordedBooks) Pack(t *T, o Ref, p shipment.Package) string {
	refused := b.Books.Pack(t, o, p)
	b.note("pack %v of %s: %q", p.Contents, o.ID, refused)
	return refused
}

func (b *recordedBooks) Prepare(t *T, o Ref, packageID string) ([]shipment.Content, bool) {
	contents, attempted := b.Books.Prepare(t, o, packageID)
	b.note("prepare package %s of %s: %v, %t", packageID, o.ID, contents, attempted)
	return contents, attempted
}

func (b *recordedBooks) Confirm(t *T, o Ref, packageID string) {
	b.note("confirm package %s of %s", packageID, o.ID)
	b.Books.Confirm(t, o, packageID)
}

func (b *recordedBooks) Cancel(t *T, o Ref, id string, lines []order.LineQuantity) string {
	refused := b.Books.Cancel(t, o, id, lines)
	b.note("cancel %s of %s, %v: %q", id, o.ID, lines, refused)
	return refused
}

func (b *recordedBooks) Reopen(t *T, o Ref, restock bool) string {
	refused := b.Books.Reopen(t, o, restock)
	b.note("reopen %s, restocked: %t: %q", o.ID, restock, refused)
	return refused
}

func (b *recordedBooks) Keep(t *T, o Ref) string {
	refused := b.Books.Keep(t, o)
	b.note("keep %s: %q", o.ID, refused)
	return refused
}

func (b *recordedBooks) Hold(t *T, o Ref) string {
	refused := b.Books.Hold(t, o)
	b.note("hold %s: %q", o.ID, refused)
	return refused
}

func (b *recordedBooks) Allow(t *T, o Ref, holds []order.Hold) string {
	refused := b.Books.Allow(t, o, holds)
	b.note("allow %s, %v: %q", o.ID, holds, refused)
	return refused
}

func (b *recordedBooks) Wait(t *T) {
	b.note("wait")
	b.Books.Wait(t)
}

func (b *recordedBooks) Pass(t *T, moment time.Time) {
	b.note("it is %s", moment.Format(time.DateOnly))
	b.Books.Pass(t, moment)
}

func (b *recordedBooks) Delete(t *T, o Ref) string {
	refused := b.Books.Delete(t, o)
	b.note("delete %s: %q", o.ID, refused)
	return refused
}

func (b *recordedBooks) Restore(t *T, o Ref) string {
	refused := b.Books.Restore(t, o)
	b.note("restore %s: %q", o.ID, refused)
	return refused
}

func (b *recordedBooks) Return(t *T, o Ref, id string, restock bool, lines []order.LineQuantity) string {
	refused := b.Books.Return(t, o, id, restock, lines)
	b.note("return %s of %s, %v, restocked: %t: %q", id, o.ID, lines, restock, refused)
	return refused
}
