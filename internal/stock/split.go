package stock

import "slices"

// Split divides a level among the locations that offer it, so that each lists no more than it has. What the buffer, the cap or the
// brake keeps back is kept back where most lies: a location runs out last that has little. All in whole units; the sum is total, or
// what the locations have if that is less.
func Split(total int, by ByLocation) ByLocation {
	out := make(ByLocation, len(by))
	sum := 0
	for i, l := range by {
		out[i] = LocationUnits{Location: l.Location, Units: max(0, l.Units), Limit: l.Limit}
		sum += out[i].Units
	}
	for over := sum - max(0, total); over > 0; {
		most := slices.MaxFunc(out, func(a, b LocationUnits) int { return a.Units - b.Units }).Units
		next, tops := 0, 0
		for _, l := range out {
			if l.Units == most {
				tops++
			} else {
				next = max(next, l.Units)
			}
		}
		step := min(most-next, over/tops) // all of the highest ones come down together
		for i := range out {
			switch {
			case out[i].Units != most:
			case step > 0:
				out[i].Units, over = out[i].Units-step, over-step
			case over > 0: // fewer units than locations: one each
				out[i].Units, over = out[i].Units-1, over-1
			}
		}
	}
	return out
}
