package book

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of single fields. Quantities and prices are far above the real book's (74,215 units; GBP 16,888.02); amounts
// are limited so that no sum over MaxRows rows can overflow an int64.
const (
	maxNumberLength  = 32
	maxCodeLength    = 40
	maxTextLength    = 500
	maxQuantity      = 10_000_000
	maxPrice         = 10_000_000_00
	maxAmount        = 1_000_000_000_000
	dateLayout       = "2006-01-02 15:04:05"
	dateLayoutPrompt = "YYYY-MM-DD HH:MM:SS"
)

// complaint is a problem with one field and its remedy.
type complaint struct{ problem, remedy string }

func (rd *reader) complain(column int, c *complaint) error {
	return rd.fail(column, header[column]+" "+c.problem, c.remedy)
}

// add parses one record and adds it to its invoice.
func (rd *reader) add(fields []string) error {
	number, bad := parseToken(fields[colInvoice])
	if bad == nil && number == "" {
		bad = &complaint{"is empty", tokenRemedy}
	}
	if bad != nil {
		return rd.complain(colInvoice, bad)
	}
	r, err := rd.parseRow(fields)
	if err != nil {
		return err
	}
	at, bad := parseDate(fields[colDate])
	if bad != nil {
		return rd.complain(colDate, bad)
	}
	customer, bad := parseToken(strings.TrimSuffix(strings.TrimSpace(fields[colCustomer]), ".0"))
	if bad != nil {
		return rd.complain(colCustomer, bad)
	}
	country, bad := parseText(fields[colCountry])
	if bad != nil {
		return rd.complain(colCountry, bad)
	}
	inv := rd.byNumber[number]
	if inv == nil {
		inv = &invoice{number: number, at: at, customer: customer, country: country}
		rd.byNumber[number] = inv
		rd.book.invoices = append(rd.book.invoices, inv)
	}
	if inv.customer != customer {
		return rd.fail(colCustomer, fmt.Sprintf("invoice %s belongs to another customer on an earlier line", number),
			"all lines of an invoice must name the same customer")
	}
	if at.Before(inv.at) {
		inv.at = at
	}
	inv.rows = append(inv.rows, r)
	rd.book.rows++
	return nil
}

func (rd *reader) parseRow(fields []string) (row, error) {
	r := row{line: rd.line}
	var bad *complaint
	if r.code, bad = parseCode(fields[colCode]); bad != nil {
		return r, rd.complain(colCode, bad)
	}
	r.sku = strings.ToUpper(r.code)
	r.class = classOf(r.sku)
	if r.title, bad = parseText(fields[colTitle]); bad != nil {
		return r, rd.complain(colTitle, bad)
	}
	if r.quantity, bad = parseQuantity(fields[colQuantity]); bad != nil {
		return r, rd.complain(colQuantity, bad)
	}
	if r.price, bad = parsePence(fields[colPrice]); bad != nil {
		return r, rd.complain(colPrice, bad)
	}
	if amount := r.amount(); amount > maxAmount || amount < -maxAmount {
		return r, rd.fail(colPrice, "quantity times price is out of reach", fmt.Sprintf("at most %d pence are played on one line", int64(maxAmount)))
	}
	return r, nil
}

var tokenRemedy = fmt.Sprintf("it must be 1 to %d letters and digits, such as 536365", maxNumberLength)

// parseToken reads an invoice number or customer. Only letters and digits are allowed, so that it can be part of an
// order id. The complaint does not show the field, which may contain a name or address.
func parseToken(s string) (string, *complaint) {
	s = strings.TrimSpace(s)
	odd := strings.ContainsFunc(s, func(c rune) bool {
		return c > unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c)
	})
	if odd {
		return "", &complaint{"holds something else than letters and digits", tokenRemedy}
	}
	if len(s) > maxNumberLength {
		return "", &complaint{fmt.Sprintf("has %d characters", len(s)), tokenRemedy}
	}
	return s, nil
}

func parseCode(s string) (string, *complaint) {
	s = strings.TrimSpace(s)
	odd := strings.ContainsFunc(s, func(c rune) bool { return c > unicode.MaxASCII || !unicode.IsPrint(c) })
	if s == "" || len(s) > maxCodeLength || odd {
		return "", &complaint{"is " + quoted(s), fmt.Sprintf("it must be 1 to %d printable ASCII characters, such as 85123A", maxCodeLength)}
	}
	return s, nil
}

// parseText reads a description or country: it collapses white space and drops characters that XML forbids.
func parseText(s string) (string, *complaint) {
	if !utf8.ValidString(s) {
		return "", &complaint{"is not UTF-8", "save the file in UTF-8"}
	}
	if len(s) > maxTextLength {
		return "", &complaint{fmt.Sprintf("has %d bytes", len(s)), fmt.Sprintf("it must have at most %d; is a quotation mark missing?", maxTextLength)}
	}
	s = strings.Join(strings.Fields(s), " ")
	return strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return -1
	}, s), nil
}

func parseQuantity(s string) (int, *complaint) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n > maxQuantity || n < -maxQuantity {
		return 0, &complaint{"is " + quoted(s), fmt.Sprintf("it must be a whole number between -%d and %d", maxQuantity, maxQuantity)}
	}
	return n, nil
}

func parseDate(s string) (time.Time, *complaint) {
	t, err := time.Parse(dateLayout, strings.TrimSpace(s))
	if err != nil || t.Year() < 1900 {
		return time.Time{}, &complaint{"is " + quoted(s), "it must be a date and time as " + dateLayoutPrompt}
	}
	return t, nil
}

// parsePence reads a price in pounds exactly, without floating point. Fractions of a penny are refused, not rounded:
// the audit compares money to the penny.
func parsePence(s string) (int64, *complaint) {
	bad := &complaint{"is " + quoted(s), "it must be a price in pounds with at most two decimals, such as 2.55"}
	digits := strings.TrimSpace(s)
	digits, negative := strings.CutPrefix(digits, "-")
	pounds, decimals, point := strings.Cut(digits, ".")
	decimals = strings.TrimRight(decimals, "0")
	if pounds == "" || len(decimals) > 2 || point && strings.HasSuffix(digits, ".") {
		return 0, bad
	}
	for len(decimals) < 2 {
		decimals += "0"
	}
	n, err := strconv.ParseUint(pounds+decimals, 10, 63)
	if err != nil || n > maxPrice {
		return 0, bad
	}
	if negative {
		return -int64(n), nil
	}
	return int64(n), nil
}

// quoted returns a field for an error: escaped and shortened.
func quoted(s string) string {
	const most = 40
	if len(s) > most {
		return fmt.Sprintf("%.*q...", most, s)
	}
	return strconv.Quote(s)
}
