package stock

// Turn is how many calls a turn makes, and how many levels each takes.
type Turn struct{ Calls, PerCall int }

// Deal deals levels to the calls of a turn: whole[i] names the listing of level i. All levels of a listing are in one call, because each call revises each
// listing once, and calls that are made at once must not revise the same. It returns the call of each level, or -1 of those for which a
// later turn is left: the 26th variation of a listing, say. Levels that come first are dealt first.
func (t Turn) Deal(whole []string) []int {
	sizes := map[string]int{}
	for _, name := range whole {
		sizes[name] = min(sizes[name]+1, t.PerCall)
	}
	room := make([]int, t.Calls)
	for i := range room {
		room[i] = t.PerCall
	}
	calls, of, granted := make([]int, len(whole)), map[string]int{}, map[string]int{}
	for i, name := range whole {
		call, dealt := of[name]
		if !dealt {
			call = callFor(room, sizes[name])
			of[name], granted[name] = call, min(sizes[name], room[call])
			room[call] -= granted[name]
		}
		calls[i] = -1
		if granted[name] > 0 {
			granted[name]--
			calls[i] = call
		}
	}
	return calls
}

// callFor returns the first call that has room for so many levels, or else the one with the most.
func callFor(room []int, levels int) (call int) {
	for i, r := range room {
		if r >= levels {
			return i
		}
		if r > room[call] {
			call = i
		}
	}
	return call
}
