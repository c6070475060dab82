package publication

// Queues are runs that have not ended: those of an account's endpoint go one after the other, the one that was asked for first
// first.
type Queues map[[2]string]string // the last one that has joined

// Join adds a run to its queue and returns the one before it; empty: it is the first.
func (q Queues) Join(account, endpoint, id string) (behind string) {
	key := [2]string{account, endpoint}
	behind = q[key]
	q[key] = id
	return behind
}
