package stock

// Shelf is what one location holds of one part of something that is sold, and how many of it one unit takes. A SKU
// that is no kit is its own only part, taken once.
type Shelf struct {
	Level
	Short int // units of the part that open orders wait for
	Per   int // units of the part in one unit of what is sold; 1 or more
}

// Makes is how many units can be packed at one location from what is free there: the part that is least decides.
// Parts at different locations make nothing. Below zero: more is promised than is there.
func Makes(parts []Shelf) int { return least(parts, Shelf.Free) }

// Offers is Makes less what open orders wait for there: what the location adds to a level. Below zero: it takes away.
func Offers(parts []Shelf) int { return least(parts, func(s Shelf) int { return s.Free() - s.Short }) }

func least(parts []Shelf, units func(Shelf) int) int {
	out := 0
	for i, s := range parts {
		if n := floorDiv(units(s), s.Per); i == 0 || n < out {
			out = n
		}
	}
	return out
}

// floorDiv rounds down, below zero too: one missing part of two is a whole unit missing.
func floorDiv(n, by int) int {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}

// Raw is the sum of what the locations offer: an account's level before its buffer and cap.
func Raw(locations [][]Shelf) int {
	raw := 0
	for _, parts := range locations {
		raw += Offers(parts)
	}
	return raw
}
