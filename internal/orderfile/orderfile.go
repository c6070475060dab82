// Package orderfile writes orders that are to be packed as files for whoever packs them: ShipStation, or a person with our
// own form, who fills in carrier and tracking number and gives the same file back to `towpath process --file`.
// The files hold buyers' names and addresses: nobody but their owner may read them.
package orderfile

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/store/packages"
)

// Format is who the file is for.
type Format string

// The formats.
const (
	ShipStation Format = "shipstation" // what its order import takes
	CSV         Format = "csv"         // our own form, which comes back with tracking numbers
)

// Formats lists them.
func Formats() []Format { return []Format{ShipStation, CSV} }

// Known reports whether there is such a format.
func (f Format) Known() bool { return f == ShipStation || f == CSV }

// ownColumns are those of our own form. The last five are for the one who packs.
var ownColumns = []string{
	"account", "order", "order id", "line", "sku", "title", "quantity", "placed",
	"name", "address 1", "address 2", "city", "region", "postcode", "country", "phone", "email",
	"carrier", "carrier name", "service", "tracking", "shipped",
}

// shipstationColumns are ShipStation's own names of what its order import takes (Orders > Import > CSV), so that nothing has to
// be mapped by hand. Those that we have nothing for are left out: they are optional.
var shipstationColumns = []string{
	"Order #", "Order Date", "Order Total", "Amount Paid", "Tax", "Shipping Paid", "Custom Field 1", "Order Source",
	"Buyer Full Name", "Buyer Email", "Buyer Phone", "Recipient Full Name", "Recipient Phone",
	"Address Line 1", "Address Line 2", "City", "State", "Postal Code", "Country Code",
	"Item SKU", "Item Name / Title", "Item Quantity", "Item Unit Price", "Item Marketplace ID",
}

// Writer writes orders, one row for each line.
type Writer struct {
	format Format
	rows   *csv.Writer
}

// New begins a file with its header. Our own form begins with a byte order mark, without which Excel takes it for another
// encoding.
func New(w io.Writer, f Format) (*Writer, error) {
	out := &Writer{format: f, rows: csv.NewWriter(w)}
	out.rows.UseCRLF = true
	columns := shipstationColumns
	switch f {
	case ShipStation:
	case CSV:
		columns = ownColumns
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return nil, fmt.Errorf("write order file: %w", err)
		}
	default:
		return nil, fmt.Errorf("order file: there is no format %q", f)
	}
	return out, out.rows.Write(columns)
}

// Order writes an order.
func (w *Writer) Order(o packages.ExportedOrder) error {
	for _, l := range o.Lines {
		row, guard := ownRow(o, l), merchantfile.Guard
		if w.format == ShipStation {
			row, guard = shipstationRow(o, l), guardFormula
		}
		for i := range row {
			row[i] = guard(flat(row[i]))
		}
		if err := w.rows.Write(row); err != nil {
			return fmt.Errorf("write order file: %w", err)
		}
	}
	return nil
}

// Flush ends the file.
func (w *Writer) Flush() error {
	w.rows.Flush()
	if err := w.rows.Error(); err != nil {
		return fmt.Errorf("write order file: %w", err)
	}
	return nil
}

func ownRow(o packages.ExportedOrder, l packages.ExportedLine) []string {
	b := o.Buyer
	return []string{
		o.Account, o.Reference, o.ID, l.LineID, l.SKU, l.Title, strconv.Itoa(l.Quantity), o.PlacedAt.UTC().Format(time.RFC3339),
		b.Name, b.Line1, b.Line2, b.City, b.Region, b.PostalCode, b.CountryCode, b.Phone, b.Email,
		"", "", "", "", "",
	}
}

func shipstationRow(o packages.ExportedOrder, l packages.ExportedLine) []string {
	b := o.Buyer
	paid := ""
	if o.Paid {
		paid = money.Format(o.Total, o.Currency)
	}
	return []string{
		o.Reference, o.PlacedAt.UTC().Format("01/02/2006 15:04:05"), money.Format(o.Total, o.Currency), paid,
		money.Format(o.Tax, o.Currency), money.Format(o.Shipping, o.Currency), o.Account, string(o.Channel),
		b.Name, b.Email, b.Phone, b.Name, b.Phone, b.Line1, b.Line2, b.City, b.Region, b.PostalCode, b.CountryCode,
		l.SKU, l.Title, strconv.Itoa(l.Quantity), money.Format(l.UnitPrice, o.Currency), l.LineID,
	}
}

// guardFormula puts an apostrophe before what a spreadsheet would take for a formula. ShipStation keeps it, so a phone number
// is left as it is: it can't be a formula that does anything.
func guardFormula(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@", rune(cell[0])) || strings.Trim(cell, "+-0123456789 ().") == "" {
		return cell
	}
	return "'" + cell
}

// flat is a cell in one line: no packer's program expects a line end in an address.
func flat(cell string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, cell))
}
