package channel

// Work returns the kind of work that an operation belongs to, in the words of package account; empty: to none.
func (o Operation) Work() string {
	switch o {
	case OpOrders, OpOrder, OpReport, OpCancel:
		return "orders"
	case OpLevels, OpFeed:
		return "stock"
	case OpShipment:
		return "shipments"
	case OpListings, OpPublish, OpCheck, OpDefine, OpMigrate:
		return "listings"
	case OpFeedRead:
	}
	return ""
}
