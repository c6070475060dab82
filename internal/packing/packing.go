// Package packing decides what a file of packed packages says: which of its rows make one package, of which order and
// with which units, and what is wrong with the others. It knows nothing of files, Temporal, SQL or HTTP.
package packing

import (
	"strings"
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
)

// Row is one row of such a file. Several rows with the same order and tracking number are one package.
type Row struct {
	Line        int       // of the file, from 1
	Account     string    // the order's account; empty: whichever has the order
	Order       string    // the order's reference or channel order id
	LineID      string    // the channel's line id
	SKU         string    // in place of it; both empty: the whole order
	Quantity    int       // units; 0: all open units of the line
	Carrier     string    // name or code, as the channel knows it
	CarrierName string    // of a carrier that the channel does not list: Amazon's "Other"
	Service     string    // the carrier's service
	Tracking    string    // tracking number
	ShippedAt   time.Time // zero: not given
}

// Order is what is known of an order for a row, with its accepted lines and their units.
type Order struct {
	order.Order
	Account   string
	Observing bool // its account observes: what is processed is held
	Packages  []*shipment.Known
}

// placed returns when the order was placed.
func (o *Order) placed() time.Time { return time.UnixMicro(o.PlacedAt).UTC() }

// Options configure how a file is read.
type Options struct {
	Account  string              // only orders of this account; empty: of every account
	Carrier  string              // of rows that name none
	Combined bool                // several orders may share a tracking number: they travel in one package
	Now      time.Time           // the time of rows without a date
	Used     map[string][]string // by Number: the orders that have it on a package already, as "account order"
	Mistaken map[int]bool        // lines that could not be read: the packages they belong to are left out
}

// Mistake is a mistake at one place of the file.
type Mistake = catalogue.Mistake

// Package is a package that the file asks for.
type Package struct {
	Order    *Order
	Lines    []int // of the file
	Shipment shipment.Package
	// Known is the state of the package when it is saved already. One whose units are deducted needs no processing.
	Known shipment.State
}

// Done reports whether the package was processed before.
func (p Package) Done() bool { return p.Known.Deducted() }

// Decision is the result for a file. Packages without mistakes in their rows may be processed independently of the
// others.
type Decision struct {
	Packages []Package // in the order of the file
	Mistakes []Mistake // by line
}

// Number returns a tracking number for comparison: letters and digits only, in capitals.
func Number(tracking string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return -1
	}, tracking)
}
