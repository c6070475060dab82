package shopify

import (
	"math"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/towpath/towpath/internal/simulator/wire"
)

// Shopify's published costs: an object is one point, a mutation ten, a scalar nothing; a query may cost 1,000 points;
// a standard shop's bucket has 1,000 and restores 100 a second. That a connection counts with the logarithm of its
// size is not published but seen in answers: 250 nodes of two objects each cost 24 points.
const (
	maxQueryCost = 1000
	bucketSize   = 1000
	restoreRate  = 100
	mutationCost = 10
)

// size returns the cost factor of n nodes.
func size(n int) float64 {
	if n < 1 {
		return 0
	}
	return math.Max(1, 1.5*math.Log2(float64(n)))
}

// requested returns the greatest possible cost of a selection, before anything is read. A field with selections is an
// object, except for the parts of a connection.
func (x *executor) requested(set ast.SelectionSet, depth int) (float64, error) {
	fields, err := x.fields(set, "", depth)
	if err != nil {
		return 0, err
	}
	points := 0.0
	for _, f := range fields {
		if len(f.SelectionSet) == 0 {
			continue
		}
		inner, err := x.requested(f.SelectionSet, depth+1)
		if err != nil {
			return 0, err
		}
		args, err := x.arguments(f)
		if err != nil {
			return 0, err
		}
		n, paged := whole(args["first"])
		points += ofInput(f.Name, args)
		switch {
		case paged:
			points += size(n) * inner
		case f.Name == "edges", f.Name == "pageInfo":
			points += inner
		default:
			points += 1 + inner
		}
	}
	return points, nil
}

// ofInput returns the cost of productSet's input by the schema's own text: 0.2 per variant, 1.9 per file.
func ofInput(field string, args arguments) float64 {
	if field != "productSet" {
		return 0
	}
	in, _ := args["input"].(map[string]any)
	variants, _ := in["variants"].([]any)
	files, _ := in["files"].([]any)
	return 0.2*float64(len(variants)) + 1.9*float64(len(files))
}

// bucket has an app's points for one shop. It is safe for concurrent use.
type bucket struct {
	mu     sync.Mutex
	now    func() time.Time
	most   float64
	rate   float64 // points per real second
	points float64
	at     time.Time
}

// newBucket returns a full bucket that restores at the marketplace's speed; it has at least one real second's worth,
// like the other channels' budgets.
func newBucket(o wire.Options) *bucket {
	rate := restoreRate * o.Speed
	most := math.Max(bucketSize, math.Min(rate, math.MaxInt32))
	return &bucket{now: o.Now, most: most, rate: math.Min(rate, math.MaxInt32), points: most, at: o.Now()}
}

// spend takes points, all or none.
func (b *bucket) spend(points float64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.restore()
	if b.points < points {
		return false
	}
	b.points -= points
	return true
}

// give returns points that a query requested and did not use.
func (b *bucket) give(points float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.restore()
	b.points = math.Min(b.most, b.points+math.Max(0, points))
}

func (b *bucket) restore() {
	now := b.now()
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.points, b.at = math.Min(b.most, b.points+passed*b.rate), now
	}
}

// status returns extensions.cost of an answer.
func (b *bucket) status(requested, actual float64, done bool) map[string]any {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.restore()
	cost := map[string]any{
		"requestedQueryCost": math.Ceil(requested),
		"actualQueryCost":    nil,
		"throttleStatus": map[string]any{
			"maximumAvailable": b.most, "currentlyAvailable": math.Floor(b.points), "restoreRate": b.rate,
		},
	}
	if done {
		cost["actualQueryCost"] = math.Ceil(actual)
	}
	return map[string]any{"cost": cost}
}
