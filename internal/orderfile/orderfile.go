// Package orderfile writes orders to be packed as files: for ShipStation, or in Towpath's own form for a person, who
// fills in carrier and tracking number and passes the same file to `towpath process --file`. The files contain
// buyers' names and addresses: only their owner may read them.
package orderfile

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/wording"
)

// Format is the format of the file.
type Format string

// The formats.
const (
	ShipStation Format = "shipstation" // what its order import accepts
	CSV         Format = "csv"         // our own form, which comes back with tracking numbers
)

// Formats returns the formats.
func Formats() []Format { return []Format{ShipStation, CSV} }

// Known reports whether the format exists.
func (f Format) Known() bool { return f == ShipStation || f == CSV }

// ownColumns are the columns of Towpath's own form. The packer fills in the last five.
var ownColumns = []string{
	"account", "order", "order id", "line", "sku", "title", "quantity", "location", "placed",
	"name", "address 1", "address 2", "city", "region", "postcode", "country", "phone", "email",
	"note", "line note", "gift message", "our notes", "same address",
	"carrier", "carrier name", "service", "tracking", "shipped",
}

// shipstationColumns are ShipStation's own names of the columns of its order import (Orders > Import > CSV), so that
// nothing must be mapped by hand. Optional columns without data are left out.
var shipstationColumns = []string{
	"Order #", "Order Date", "Order Total", "Amount Paid", "Tax", "Shipping Paid", "Custom Field 1", "Custom Field 2", "Order Source",
	"Buyer Full Name", "Buyer Email", "Buyer Phone", "Recipient Full Name", "Recipient Phone",
	"Address Line 1", "Address Line 2", "City", "State", "Postal Code", "Country Code",
	"Notes from the Buyer", "Gift - Flag", "Gift Message",
	"Item SKU", "Item Name / Title", "Item Quantity", "Item Unit Price", "Item Marketplace ID", "Item Options",
}

// shipstationNote is how many characters of a note or gift message ShipStation takes (its field reference of order imports).
const shipstationNote = 1000

// Writer writes orders, one row for each line.
type Writer struct {
	format Format
	zones  wording.Zones
	rows   *csv.Writer
}

// New writes the header of a file. Towpath's own form begins with a byte order mark, which Excel needs to recognise
// UTF-8. Its dates are in the time zones of the orders' accounts, each with its difference to UTC.
func New(w io.Writer, f Format, zones wording.Zones) (*Writer, error) {
	out := &Writer{format: f, zones: zones, rows: csv.NewWriter(w)}
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
		row, guard := ownRow(o, l, w.zones.Of(o.Account)), merchantfile.Guard
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

func ownRow(o packages.ExportedOrder, l packages.ExportedLine, zone *time.Location) []string {
	b, written := o.Buyer, o.Buyer.LineNote(l.LineID)
	return []string{
		o.Account, o.Reference, o.ID, l.LineID, l.SKU, l.Title, strconv.Itoa(l.Quantity), l.Location, o.PlacedAt.In(zone).Format(time.RFC3339),
		b.Name, b.Line1, b.Line2, b.City, b.Region, b.PostalCode, b.CountryCode, b.Phone, b.Email,
		b.Note, written.Text, written.Gift, strings.Join(o.Notes, " / "), strings.Join(o.Together, ", "),
		"", "", "", "", "",
	}
}

// shipstationRow's date is in UTC: in which time zone ShipStation reads it is not published.
func shipstationRow(o packages.ExportedOrder, l packages.ExportedLine) []string {
	b := o.Buyer
	amount := func(minor int64) string {
		if o.Currency == "" { // not known, which is not 0
			return ""
		}
		return money.Format(minor, o.Currency)
	}
	paid := ""
	if o.Paid {
		paid = amount(o.Total)
	}
	gift, messages := "", giftMessages(b)
	if messages != "" {
		gift = "true"
	}
	return []string{
		o.Reference, o.PlacedAt.UTC().Format("01/02/2006 15:04:05"), amount(o.Total), paid,
		amount(o.Tax), amount(o.Shipping), o.Account, l.Location, string(o.Channel),
		b.Name, b.Email, b.Phone, b.Name, b.Phone, b.Line1, b.Line2, b.City, b.Region, b.PostalCode, b.CountryCode,
		clipped(b.Note), gift, clipped(messages),
		l.SKU, l.Title, strconv.Itoa(l.Quantity), amount(l.UnitPrice), l.LineID, clipped(b.LineNote(l.LineID).Text),
	}
}

// giftMessages returns the gift messages of all lines, each once: ShipStation has one for the order.
func giftMessages(b order.Buyer) string {
	var list []string
	for _, n := range b.LineNotes {
		if n.Gift != "" && !slices.Contains(list, n.Gift) {
			list = append(list, n.Gift)
		}
	}
	return strings.Join(list, " / ")
}

// clipped returns a note as ShipStation takes it.
func clipped(note string) string {
	if runes := []rune(note); len(runes) > shipstationNote {
		return string(runes[:shipstationNote-1]) + "…"
	}
	return note
}

// guardFormula puts an apostrophe before what looks like a formula. ShipStation keeps the apostrophe, so phone
// numbers, which are harmless, stay unchanged.
func guardFormula(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@", rune(cell[0])) || strings.Trim(cell, "+-0123456789 ().") == "" {
		return cell
	}
	return "'" + cell
}

// flat returns a cell in one line: packing programs expect no line end in an address.
func flat(cell string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, cell))
}
