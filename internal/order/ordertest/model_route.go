package ordertest

import "slices"

// routes returns the locations among which orders of an account to a country choose, the most wanted first.
func routes(account, country string) []int {
	switch {
	case account == Sellers[2] || country == "":
		return []int{0}
	case country == "DE":
		return []int{1, 0}
	case account == Sellers[0]:
		return []int{0}
	}
	return []int{0, 1}
}

// mayLeave reports whether units of an order may be at a location: one of those of a country that its channel has shown.
func (o *modelOrder) mayLeave(location int) bool {
	return decides(o.account) || slices.ContainsFunc(o.countries, func(country string) bool { return slices.Contains(routes(o.account, country), location) })
}

// parts reports whether an account parts orders among several locations.
func partsOrders(account string) bool { return account == Sellers[1] }

// routeAll chooses where the orders of a page go, the oldest first. What one of them is to get is not there for the next.
func (m *model) routeAll(page []*modelOrder) {
	m.promised = [2]parts{}
	for _, o := range page {
		switch {
		case o.booked:
			m.move(o)
		case o.taken():
			m.route(o)
		default:
			continue
		}
		for _, l := range o.lines {
			n, per := m.need(o, l)
			location := l.location
			switch {
			case l.gone || l.elsewhere():
			case l.entered && l.item != l.sold:
				n = l.moving
			case l.entered:
				n -= l.units.Reserved + l.units.Backordered + l.units.Unlinked
			case decides(o.account):
				location = l.at
			default:
				location = o.place(l)
			}
			for sku := range per {
				m.promised[location][sku] += n * per[sku]
			}
		}
	}
}

// move routes an order to another country anew, unless a unit of it is packed or shipped.
func (m *model) move(o *modelOrder) {
	gone := func(l *modelLine) bool { return l.units.Packed+l.units.Shipped > 0 }
	if slices.Equal(routes(o.account, o.country), routes(o.account, o.was)) || slices.ContainsFunc(o.lines, gone) {
		return
	}
	m.route(o)
	for _, l := range o.lines {
		to := o.place(l)
		if to != l.location && l.mapped {
			l.moving += l.units.Reserved + l.units.Backordered
			l.units.Reserved, l.units.Backordered = 0, 0
		}
		l.location = to
	}
}

// place returns where a line of the order is to be.
func (o *modelOrder) place(l *modelLine) int {
	if to, parted := o.parted[l]; parted {
		return to
	}
	return o.location
}

// route chooses where the lines of an order are: all at the first location that has all of it, else at the first one. An account that
// parts orders has each line at the first location that has all of it, else at the first one.
func (m *model) route(o *modelOrder) {
	among := routes(o.account, o.country)
	o.location, o.parted = among[0], nil
	var lines []*modelLine
	for _, l := range o.lines {
		if n, _ := m.need(o, l); n > 0 {
			lines = append(lines, l)
		}
	}
	for _, location := range among {
		if m.has(o, location, lines, lines...) {
			o.location = location
			return
		}
	}
	if !partsOrders(o.account) || len(among) == 1 {
		return
	}
	o.parted = map[*modelLine]int{}
	for _, l := range lines {
		to := among[0]
		for _, location := range slices.Backward(among) {
			var there []*modelLine
			for _, other := range lines {
				if at, placed := o.parted[other]; placed && at == location {
					there = append(there, other)
				}
			}
			if m.has(o, location, append(there, l), l) {
				to = location
			}
		}
		o.parted[l] = to
	}
	o.location = o.parted[lines[0]]
}

// apart reports whether contents of an order whose lines are parted, by line, are at several locations.
func (o *modelOrder) apart(contents []int) bool {
	parted := false
	for _, to := range o.parted {
		parted = parted || to != o.location
	}
	first := -1
	for i, n := range contents {
		switch at := o.lines[i].location; {
		case n == 0 || !parted:
		case first < 0:
			first = at
		case at != first:
			return true
		}
	}
	return false
}

// has reports whether a location has all that some of the lines at it consist of, which nobody else holds or waits for.
func (m *model) has(o *modelOrder, location int, at []*modelLine, some ...*modelLine) bool {
	var needed parts
	for _, l := range at {
		n, per := m.need(o, l)
		for sku := range needed {
			needed[sku] += n * per[sku]
		}
	}
	for sku, n := range needed {
		concerns := slices.ContainsFunc(some, func(l *modelLine) bool {
			_, per := m.need(o, l)
			return per[sku] > 0
		})
		reserved, waiting := m.reserved(location, sku)
		for _, l := range o.lines {
			if l.location == location {
				reserved -= l.units.Reserved * l.parts[sku]
				waiting -= l.units.Backordered * l.parts[sku]
			}
		}
		if concerns && n > 0 && m.onHand[location][sku]-reserved-waiting-m.promised[location][sku] < n {
			return false
		}
	}
	return true
}

// need returns how many units of a line are to be sent from here, and what each consists of; none if that is not known.
func (m *model) need(o *modelOrder, l *modelLine) (n int, of parts) {
	switch {
	case l.gone || l.elsewhere():
		return 0, of
	case l.entered && !l.mapped:
		return 0, of
	case l.entered:
		u := l.units
		return u.Reserved + u.Backordered + u.Unlinked + l.moving + max(0, l.quantity-l.total), l.parts
	}
	item := l.item
	if item == stray {
		linked, ok := m.links[o.account]
		if !ok {
			return 0, of
		}
		item = linked
	}
	return l.quantity - l.cancelledThere - l.shippedThere, m.contents[item]
}
