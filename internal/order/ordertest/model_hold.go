package ordertest

import (
	"slices"

	"github.com/towpath/towpath/internal/order"
)

// holds are those that a game has.
var holds = []order.Hold{order.HoldRefunded, order.HoldUnmapped, order.HoldByHand, order.HoldOnChannel, order.HoldNotYet}

// setHolds notes why the channel's version holds the order. What was lifted stays so as long as it applies.
func (o *modelOrder) setHolds() {
	over := o.fulfilment() == order.FulfilmentShipped || o.fulfilment() == order.FulfilmentCancelled
	whole, date := o.notYet()
	o.notBefore = date
	now := map[order.Hold]bool{
		order.HoldOnChannel: o.stoppedThere && !over && o.ready(), order.HoldNotYet: whole && !over,
		order.HoldRefunded: o.refunded && !over, order.HoldUnmapped: o.unknown && !over, order.HoldByHand: o.holds[order.HoldByHand],
	}
	o.holds = map[order.Hold]bool{}
	for h, applies := range now {
		if applies {
			o.holds[h] = true
		}
		o.lifted[h] = applies && o.lifted[h]
	}
}

// open returns the holds that nobody has lifted.
func (o *modelOrder) open() []order.Hold {
	return slices.DeleteFunc(slices.Clone(holds), func(h order.Hold) bool { return !o.holds[h] || o.lifted[h] })
}

func (o *modelOrder) toBePacked() bool {
	return slices.Contains([]order.State{order.AwaitingPayment, order.Open, order.Processing}, o.state())
}

// onHold reports whether units of the order wait for a person's word.
func (o *modelOrder) onHold() bool { return len(o.open()) > 0 && o.toBePacked() }

// lift lifts holds. One by hand is gone with that.
func (o *modelOrder) lift(lifted ...order.Hold) {
	for _, h := range lifted {
		o.lifted[h] = o.holds[h] && h != order.HoldByHand
	}
	if slices.Contains(lifted, order.HoldByHand) {
		delete(o.holds, order.HoldByHand)
	}
}

// release gives up what is open of an order that was refunded long ago, unless a person holds it.
func (m *model) release(o *modelOrder) {
	if !o.onHold() || !o.holds[order.HoldRefunded] || o.lifted[order.HoldRefunded] || o.holds[order.HoldByHand] {
		return
	}
	for i, l := range o.lines {
		m.cancel(o, i, l.units.Reserved+l.units.Backordered+l.units.Unlinked)
	}
	m.fill()
}
