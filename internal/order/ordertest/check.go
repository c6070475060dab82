package ordertest

import (
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

// check compares the books with the model and checks the invariants.
func (g *game) check(t *T) {
	s := g.books.Look(t, g.prefix)
	g.checkOrders(t, s)
	g.checkLevels(t, s)
	g.model.each(func(o *modelOrder, l *modelLine) {
		if l.units.Backordered > 0 && g.model.makes(o, l) > 0 {
			t.fail("line %s waits for units that could be packed", l.id)
		}
	})
}

func (g *game) checkOrders(t *T, s Contents) {
	lines := 0
	for _, o := range g.model.orders {
		o.settle()
		if want := o.state(); s.States[o.id] != want {
			t.fail("order %s is %s, the books say %q", o.id, want, s.States[o.id])
		} else {
			o.completed = want == order.Completed
		}
		if want := o.contradiction != o.kept; s.Against[o.id] != want {
			t.fail("order %s is contradicted: %t, the books say %t", o.id, want, s.Against[o.id])
		}
		if want := o.onHold(); s.Held[o.id] != want {
			t.fail("order %s is held: %t, the books say %t", o.id, want, s.Held[o.id])
		}
		lines += len(o.lines)
		for _, l := range o.lines {
			at := LineRef{o.id, l.id}
			if got := s.Units[at]; got != l.units {
				t.fail("line %s of %s has %+v, the books say %+v", l.id, o.id, l.units, got)
			}
			g.checkLocation(t, o, l, s.At[at])
			if got := s.Packed[at]; got != l.units.Packed {
				t.fail("line %s of %s has %d packed, the books say that packages hold %d", l.id, o.id, l.units.Packed, got)
			}
		}
	}
	if len(s.States) != len(g.model.orders) || len(s.Units) != lines {
		t.fail("%d orders have %d lines, the books say %d and %d", len(g.model.orders), lines, len(s.States), len(s.Units))
	}
}

// checkLocation fails if units of a line are reserved, or wait, elsewhere than in the model, or where its order may not leave from.
func (g *game) checkLocation(t *T, o *modelOrder, l *modelLine, got string) {
	switch {
	case l.units.Reserved+l.units.Backordered == 0:
	case got != Locations[l.location]:
		t.fail("line %s is at %s, the books say %q", l.id, Locations[l.location], got)
	case !o.mayLeave(l.location):
		t.fail("line %s of an order of %s to %q is at %s", l.id, o.account, o.country, got)
	}
}

// checkLevels compares levels with the model, and with the sums of their movements and of the open lines. If the
// quantity that can be listed has changed, every link's level must be marked to be sent.
func (g *game) checkLevels(t *T, s Contents) {
	for location, name := range Locations {
		for sku := range shelved {
			at := stock.Place{SKU: g.skus[sku], Location: name}
			want := Level{Level: stock.Level{OnHand: g.model.onHand[location][sku]}}
			want.Reserved, want.Backordered = g.model.reserved(location, sku)
			got, before := s.Levels[at], g.levels[location][sku]
			switch {
			case got != want:
				t.fail("%v has %+v, the books say %+v", at, want, got)
			case got.Level != s.Entries[at]:
				t.fail("%v has %+v, its movements are %+v in all", at, got.Level, s.Entries[at])
			case got.Free() < 0:
				t.fail("%v has %d free", at, got.Free())
			case got.Free() != before.Free() || got.Backordered != before.Backordered:
				g.checkDirty(t, s, sku)
			}
			g.levels[location][sku] = got
		}
	}
}

// checkDirty fails unless every link of an item that uses the SKU is marked to be sent.
func (g *game) checkDirty(t *T, s Contents, sku int) {
	for item, parts := range g.model.contents {
		if parts[sku] == 0 {
			continue
		}
		links := len(Sellers)
		for _, other := range g.model.links {
			if other == item {
				links++
			}
		}
		if got := s.Dirty[g.skus[item]]; got != links {
			t.fail("%d links of %s are to be sent, the books say %d", links, g.skus[item], got)
		}
	}
}
