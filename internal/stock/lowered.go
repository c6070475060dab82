package stock

// Lowered returns what a channel may list at once of a level that it refused to overwrite, before orders are read: wanted less the units that are missing
// from what it should have had, which its buyers have bought. lower reports whether that is less than what it has. Only then it may be sent: buyers can
// only see too little for a moment. A second time, after a kill between the call and its saving, the units that the first one took are taken once more.
func Lowered(wanted, should, has int) (quantity int, lower bool) {
	quantity = max(wanted-max(should-has, 0), 0)
	return quantity, quantity < has
}
