package incident

// Stake is what is lost while nobody acts.
type Stake string

// The stakes, the gravest first.
const (
	StakeWork   Stake = "work"   // nothing runs, or nothing of an account does: everything waits
	StakeOrders Stake = "orders" // what buyers were promised: orders are late, held up or not known
	StakeStock  Stake = "stock"  // more is listed than there is: units may be oversold
	StakeSales  Stake = "sales"  // listings are not on sale, or not at their price
	StakeNone   Stake = "none"   // good to know
)

// Stakes returns all stakes, the gravest first.
func Stakes() []Stake { return []Stake{StakeWork, StakeOrders, StakeStock, StakeSales, StakeNone} }

// Text returns the stake as the heading of what has it.
func (s Stake) Text() string {
	switch s {
	case StakeWork:
		return "Work that stands still"
	case StakeOrders:
		return "Orders: late, held up or not known"
	case StakeStock:
		return "Stock: units that may be oversold"
	case StakeSales:
		return "Listings: not on sale, or not at their price"
	case StakeNone:
	}
	return "Good to know"
}

// Stake returns what is at stake in problems of a kind.
func (k Kind) Stake() Stake {
	switch k {
	case Temporal, Unwritable, Idle, Paused, Failing, Ending:
		return StakeWork
	case Parked, Late, Contradicted, OnHold, Uncancelled, Missing, Aside, Withheld:
		return StakeOrders
	case Backordered, Unlinked, Refused, SecondWriter, Brake:
		return StakeStock
	case Price, Stalled, Unpublished, StayEnded, ChangesOff:
		return StakeSales
	case Observing, Left, Listings:
	}
	return StakeNone
}

// AtStake are needs that have the same at stake.
type AtStake struct {
	Stake Stake
	Needs []Need
}

// Text returns the heading.
func (a AtStake) Text() string { return a.Stake.Text() }

// ByStake returns needs by what is at stake, the gravest first; within a stake they keep their order. Stakes without any are left out.
func ByStake(needs []Need) []AtStake {
	var out []AtStake
	for _, s := range Stakes() {
		group := AtStake{Stake: s}
		for _, n := range needs {
			if n.Kind.Stake() == s {
				group.Needs = append(group.Needs, n)
			}
		}
		if len(group.Needs) > 0 {
			out = append(out, group)
		}
	}
	return out
}
