package stock

// LocationUnits is what one location has of something that is sold. Limit is the part of a kit that decides; empty for a
// SKU that is none.
type LocationUnits struct {
	Location string `json:"location"`
	Units    int    `json:"units"`
	Limit    string `json:"limit,omitempty"`
}

// ByLocation is what each location has of something that is sold.
type ByLocation []LocationUnits

// Add takes in one part at one location, of which it has so many units of what is sold: the part that is least decides. What is
// said of one location comes one after the other; without a location there is nothing.
func (b *ByLocation) Add(location, part string, units int) {
	list := *b
	switch n := len(list); {
	case location == "":
	case n == 0 || list[n-1].Location != location:
		*b = append(*b, LocationUnits{location, units, part})
	case units < list[n-1].Units:
		list[n-1].Units, list[n-1].Limit = units, part
	}
}

// Sum is what all locations have: of what they offer, an account's level before its buffer and cap.
func (b ByLocation) Sum() int {
	n := 0
	for _, l := range b {
		n += l.Units
	}
	return n
}

// Offers is what a location adds to a level if this were the only part: what is free there less what open orders wait for.
func (s Shelf) Offers() int { return floorDiv(s.Free()-s.Short, s.Per) }

// Makes is how many units can be packed from what is free if this were the only part.
func (s Shelf) Makes() int { return floorDiv(s.Free(), s.Per) }
