package starter

import (
	"context"
	"fmt"
	"strings"
	"unicode"
)

// Of a message that somebody pastes, so many words that may be numbers of orders are looked for, of so many digits at least.
const (
	mostNumbers = 4
	leastDigits = 3
)

// ordersInside adds the orders that a text names among other words, as a buyer's message does. Their whole numbers are looked for.
func (q *search) ordersInside(ctx context.Context, out *Found) error {
	var hits []Hit
	for _, number := range numbersIn(q.text) {
		one := *q
		one.text = number
		found, err := one.orders(ctx)
		if err != nil {
			return fmt.Errorf("look for order %s: %w", number, err)
		}
		for _, h := range found {
			if h.Exact {
				hits = append(hits, h)
			}
		}
	}
	out.add(FoundOrders, hits, q.most)
	return nil
}

// numbersIn returns the words of a text of several that may be numbers of orders.
func numbersIn(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '#' && r != '-'
	})
	var numbers []string
	if len(words) < 2 {
		return nil
	}
	for _, word := range words {
		if digitsOf(word) >= leastDigits && len(numbers) < mostNumbers {
			numbers = append(numbers, strings.Trim(word, "-"))
		}
	}
	return numbers
}

func digitsOf(word string) (n int) {
	for _, r := range word {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
