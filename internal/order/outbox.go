package order

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// ConnectWindow is how old open orders may be that are read when an account is connected, and every night.
const ConnectWindow = 90 * 24 * time.Hour

// Scan is the reading of an account's orders that changed between two moments, UTC microseconds.
type Scan struct{ From, To int64 }

// Moves reports whether the end of the scan moves the account's watermark: only from where the scan began, because another scan may
// have moved it meanwhile, and only forward.
func (s Scan) Moves(watermark int64) bool { return watermark == s.From && s.To > s.From }

// Delivery is a version of an order that was delivered to its lifecycle.
type Delivery struct{ RowID, Version int64 }

// Newest returns the newest delivery of each order, sorted by order. An older version never replaces a newer one.
func Newest(deliveries []Delivery) []Delivery {
	newest := map[int64]Delivery{}
	for _, d := range deliveries {
		if before, ok := newest[d.RowID]; !ok || d.Version > before.Version {
			newest[d.RowID] = d
		}
	}
	return slices.SortedFunc(maps.Values(newest), func(a, b Delivery) int { return cmp.Compare(a.RowID, b.RowID) })
}
