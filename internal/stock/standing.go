package stock

// Standing is what is known of a SKU over all locations and accounts.
type Standing struct {
	Kit         bool // it has no stock of its own
	Backordered bool // open orders wait for units of it
	Free        bool // units of it can be promised at some location
	Linked      bool // a link ties a listing to it
	Held        bool // the brake keeps units of it from a channel
}

// Problem reports whether the SKU needs somebody: orders wait for it, or it is listed and nothing of it can be sold. What a kit
// lacks is said of its parts.
func (s Standing) Problem() bool { return s.Backordered || s.Linked && !s.Kit && !s.Free }

// LevelView selects SKUs with stock of their own.
type LevelView string

// The views of a list of levels; an empty one shows every SKU that has or had stock.
const (
	LevelsBackordered LevelView = "backordered" // open orders wait for units
	LevelsNoneFree    LevelView = "none-free"   // nothing can be promised, at any location
	LevelsHeld        LevelView = "held"        // the brake keeps units of it from a channel
	LevelsUnlisted    LevelView = "not-listed"  // no link ties a listing to it
)

// LevelViews lists the views.
func LevelViews() []LevelView {
	return []LevelView{LevelsBackordered, LevelsNoneFree, LevelsHeld, LevelsUnlisted}
}

// Shows reports whether the view shows a SKU.
func (v LevelView) Shows(s Standing) bool {
	switch v {
	case LevelsBackordered:
		return s.Backordered
	case LevelsNoneFree:
		return !s.Free
	case LevelsHeld:
		return s.Held
	case LevelsUnlisted:
		return !s.Linked
	}
	return true
}

// Standings returns all that may be known of a SKU for which a rule holds. A store looks for SKUs of which one of these is true,
// so that the rule decides about all SKUs at once.
func Standings(rule func(Standing) bool) []Standing {
	var out []Standing
	for bits := range 1 << 5 {
		is := func(bit int) bool { return bits&(1<<bit) != 0 }
		if s := (Standing{Kit: is(0), Backordered: is(1), Free: is(2), Linked: is(3), Held: is(4)}); rule(s) {
			out = append(out, s)
		}
	}
	return out
}
