package order

// View is a question that operators ask about their orders every day, under one name in the console and on the command line.
type View string

// The views.
const (
	ViewToShipToday     View = "to-ship-today"
	ViewLate            View = "late"
	ViewWaitingForStock View = "waiting-for-stock"
	ViewNeedsDecision   View = "needs-a-decision"
	ViewOnHold          View = "on-hold"
	ViewBackordered     View = "backordered"
	ViewUnconfirmed     View = "shipped-not-confirmed"
)

// Views lists the views in the order in which a day's work has them.
func Views() []View {
	return []View{ViewToShipToday, ViewLate, ViewWaitingForStock, ViewNeedsDecision, ViewOnHold, ViewBackordered, ViewUnconfirmed}
}

// Means says which orders a view has, as the end of a sentence about them.
func (v View) Means() string {
	switch v {
	case ViewToShipToday:
		return "their ship-by date is later today"
	case ViewLate:
		return "their ship-by date has passed"
	case ViewWaitingForStock:
		return "nothing of them can be packed before stock arrives"
	case ViewNeedsDecision:
		return "the channel contradicts them, or they are held until you say what happens"
	case ViewOnHold:
		return "they are not to be packed for now: you, their buyer, a date or the channel holds them"
	case ViewBackordered:
		return "some of their units have no stock"
	case ViewUnconfirmed:
		return "they are packed and sent, and the channel has not confirmed all of it"
	}
	return ""
}
