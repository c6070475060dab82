package merchantfile

import (
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/money"
)

// price reads an amount with its currency after or before it, or the given one. It returns false if there is none, or
// after a mistake.
func (p *page) price(r row, c column, text, account, currency string) (catalogue.Price, bool) {
	if text == "" {
		return catalogue.Price{}, false
	}
	amount, named := splitCurrency(text)
	if named != "" {
		currency = named
	}
	want := "an amount with its currency, such as 9.95 GBP"
	if currency == "" {
		p.wrong(r.line, c, quote(text)+" does not say its currency", want)
		return catalogue.Price{}, false
	}
	if _, ok := money.Digits(currency); !ok {
		p.wrong(r.line, c, quote(currency)+" is no currency", "a code of ISO 4217, such as GBP, EUR or JPY")
		return catalogue.Price{}, false
	}
	n, ok := p.number(r, c, amount, want)
	if !ok {
		return catalogue.Price{}, false
	}
	minor, err := money.Parse(n.plain(), currency)
	if err != nil || minor < 0 {
		p.wrong(r.line, c, quote(text)+" is no price in "+currency, "0 or more, with the digits that the currency has behind the point")
		return catalogue.Price{}, false
	}
	return catalogue.Price{Account: account, Currency: strings.Clone(currency), Amount: minor}, true
}

// cost reads what a unit costs the merchant, as price reads a price. A cost of 0 is one that nobody has entered: some programs export it so.
func (p *page) cost(r row, c column, text, currency string) catalogue.Cost {
	price, ok := p.price(r, c, text, "", currency)
	if !ok || price.Amount == 0 {
		return catalogue.Cost{}
	}
	return catalogue.Cost{Currency: price.Currency, Amount: price.Amount}
}

// splitCurrency separates a code from an amount: "9.95 GBP", "GBP 9.95".
func splitCurrency(text string) (amount, currency string) {
	if fields := strings.Fields(text); len(fields) == 2 {
		for i, field := range fields {
			if len(field) == 3 && strings.ToUpper(field) == field && strings.Trim(field, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
				return fields[1-i], field
			}
		}
	}
	return text, ""
}
