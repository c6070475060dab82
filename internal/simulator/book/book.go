// Package book reads a retailer's order book (a CSV file in the columns of the
// UCI "Online Retail" data set) and turns it into a plan that simulated buyers
// play against the simulated marketplaces.
//
// It does no I/O but the io.Reader it is given, and everything it decides is
// deterministic: the same book and options always give the same plan. All
// money is pence (GBP), all quantities are units, all times are the book's own,
// read as UTC.
package book

import (
	"slices"
	"strings"
	"time"
)

// Book is an order book as read: invoices in book time order. Planning does not change it, so several plans can be
// made from one book.
type Book struct {
	name     string
	rows     int
	invoices []*invoice
}

// Name returns the name under which the book was read, as errors show it.
func (b *Book) Name() string { return b.name }

// Rows returns the number of rows read, without the header.
func (b *Book) Rows() int { return b.rows }

// Invoices returns the number of distinct invoice numbers.
func (b *Book) Invoices() int { return len(b.invoices) }

// invoice is all rows with the same invoice number. Its time is that of its earliest row: eight invoices of the real
// book have rows in two different minutes.
type invoice struct {
	number   string
	at       time.Time
	customer string // empty: a guest
	country  string
	rows     []row
}

// row is one line of the file. It keeps the spelling of the code, because each spelling is a SKU of its own on the
// channels.
type row struct {
	line     int // in the file, counted from 1
	code     string
	sku      string // the code in upper case
	title    string
	quantity int
	price    int64
	class    class
}

func (r row) amount() int64 { return int64(r.quantity) * r.price }

// sellable reports whether the row can be a line of an order.
func (r row) sellable() bool { return r.quantity > 0 && r.price >= 0 }

type invoiceKind int

const (
	kindOrder invoiceKind = iota
	kindAdjustment
	kindCharges
	kindCancellation
	kindNothing
)

// kind returns the kind of the invoice. The order of the checks matters: a guest's invoice with all prices 0 adjusts
// stock even when its code is not a product.
func (i *invoice) kind() invoiceKind {
	switch {
	case strings.HasPrefix(i.number, "C"), strings.HasPrefix(i.number, "c"):
		return kindCancellation
	case i.customer == "" && !slices.ContainsFunc(i.rows, func(r row) bool { return r.price != 0 }):
		return kindAdjustment
	case !slices.ContainsFunc(i.rows, func(r row) bool { return r.class == classProduct }):
		return kindCharges
	case !slices.ContainsFunc(i.rows, func(r row) bool { return r.class == classProduct && r.sellable() }):
		return kindNothing
	}
	return kindOrder
}

// class is what a stock code stands for.
type class int

const (
	classProduct class = iota
	classShipping
	classDiscount
	classNotStocked // billed, but nothing leaves the shelf
	classFee        // between the merchant and a bank or marketplace, never a buyer's
)

// classOf returns the class of a code. Every code not listed, gift vouchers and DCGS codes included, is a product. B
// and CRUK occur only in later months of the data set.
func classOf(sku string) class {
	switch sku {
	case "POST", "DOT", "C2":
		return classShipping
	case "D":
		return classDiscount
	case "M", "S":
		return classNotStocked
	case "BANK CHARGES", "AMAZONFEE", "B", "CRUK":
		return classFee
	}
	return classProduct
}
