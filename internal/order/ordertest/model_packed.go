package ordertest

import (
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/order"
)

// gone reports whether units of the order are packed or shipped.
func (o *modelOrder) gone() bool {
	return slices.ContainsFunc(o.lines, func(l *modelLine) bool { return l.units.Packed+l.units.Shipped > 0 })
}

// packed returns the numbers of the packages with which versions of the order are compared.
func (o *modelOrder) packed() (numbers []int) {
	for i, p := range o.packages {
		if o.compared && !o.deleted && (p.state == "processed" || p.state == "confirmed") {
			numbers = append(numbers, i+1)
		}
	}
	return numbers
}

// add notes that its channel has added open units to a line of an order that is packed, or partly.
func (o *modelOrder) add(l *modelLine, n int) {
	if n > 0 && len(o.packed()) > 0 {
		l.added += n
		l.addedNow = true
	}
}

// settle closes what is said of added units that are not open any more, and of an order of which nothing is packed any more.
func (o *modelOrder) settle() {
	kept := o.kept == o.contradiction
	if !o.gone() {
		o.saysMoved = ""
	}
	for _, l := range o.lines {
		l.added = min(l.added, l.units.Reserved+l.units.Backordered+l.units.Unlinked)
		if !o.gone() {
			l.added = 0
		}
		if l.added == 0 {
			delete(o.saysAdded, l.id)
		}
	}
	o.say()
	if kept {
		o.kept = o.contradiction
	}
}

// sayPacked notes what its channel changed after the order was packed.
func (o *modelOrder) sayPacked() {
	before, packed := o.saysAdded, o.packed()
	o.saysAdded, o.saysMoved = map[string]string{}, ""
	for _, l := range o.lines {
		switch {
		case l.added == 0, o.deleted:
		case len(packed) == 0:
			l.added = 0
		case before[l.id] != "" && !l.addedNow:
			o.saysAdded[l.id] = before[l.id]
		default:
			o.saysAdded[l.id] = fmt.Sprintln("added", l.id, l.added, packed)
		}
		l.addedNow = false
	}
	elsewhere := slices.DeleteFunc(packed, func(n int) bool {
		p := o.packages[n-1]
		return p.street == 0 || o.showsStreet() == 0 || p.street == o.showsStreet()
	})
	if len(elsewhere) == 0 || o.fulfilment() == order.FulfilmentCancelled {
		return
	}
	o.saysMoved = fmt.Sprintln("moved after", elsewhere)
	if o.street != 0 && o.street != o.showsStreet() {
		o.kept = ""
	}
}

// showsStreet returns the address that its channel shows, another one for the same street of another country; 0: none.
func (o *modelOrder) showsStreet() int {
	switch {
	case o.country == "" || o.streetThere == 0:
		return 0
	case o.country == "DE":
		return -o.streetThere
	}
	return o.streetThere
}

// learn notes the address that a page showed. Of an order that was over when it was first shown, no buyer is saved.
func (o *modelOrder) learn() {
	if o.country == "" || !o.hasBuyer && o.state().Terminal() && o.state() != order.Deleted {
		return
	}
	o.hasBuyer, o.street = true, o.showsStreet()
}
