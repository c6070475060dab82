package producttype_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

// atBest reports the items per second of the fastest of many short turns: the speed of one core that nothing else
// uses.
func atBest(b *testing.B, items int, work func()) {
	b.Helper()
	best := time.Hour
	for b.Loop() {
		start := time.Now()
		work()
		best = min(best, time.Since(start))
	}
	b.ReportMetric(float64(items)/best.Seconds(), "items/s-at-best")
}

// BenchmarkValidate checks children of a family against a real definition of 1 MB: right ones, and ones with errors.
// The target is 2,000 items per second on one core.
func BenchmarkValidate(b *testing.B) {
	d := compiled(b, realBody(b, "HOME-gb.json"))
	items := d.Write(lamp("gb"), producttype.Place{})
	wrong := producttype.Attributes{}
	for name, v := range items[1].Attributes {
		wrong[name] = v
	}
	for _, name := range []string{"externally_assigned_product_identifier", "merchant_shipping_group", "brand"} {
		delete(wrong, name)
	}
	for name, a := range map[string]producttype.Attributes{"right": items[1].Attributes, "parent": items[0].Attributes, "wrong": wrong} {
		b.Run(name, func(b *testing.B) {
			atBest(b, 1, func() { d.Validate(a, nil) })
		})
	}
}

// BenchmarkLibraryAlone is for comparison with BenchmarkValidate's right child: it does the same with the library
// alone, which checks all rules.
func BenchmarkLibraryAlone(b *testing.B) {
	d := compiled(b, realBody(b, "HOME-gb.json"))
	a := d.Write(lamp("gb"), producttype.Place{})[1].Attributes
	atBest(b, 1, func() { require.True(b, d.LibraryAlone(a)) })
}

// BenchmarkWriteAndValidate does what a publication does for a product with 50 variants.
func BenchmarkWriteAndValidate(b *testing.B) {
	d, p := compiled(b, realBody(b, "HOME-gb.json")), lamp("gb")
	for len(p.Variants) < 50 {
		v := p.Variants[0]
		v.SKU = fmt.Sprintf("LAMP-%d", len(p.Variants))
		v.Options = map[string]string{"Colour": v.SKU, "Size": "Small"}
		p.Variants = append(p.Variants, v)
	}
	atBest(b, 51, func() {
		for _, i := range d.Write(p, producttype.Place{}) {
			require.False(b, listing.Failed(append(i.Issues, d.Validate(i.Attributes, nil)...)))
		}
	})
}

// BenchmarkCompile reports what it takes to read a definition of 1 MB, and how much memory the result keeps. The
// target is 3 MB.
func BenchmarkCompile(b *testing.B) {
	body := realBody(b, "HOME-gb.json")
	compiled(b, cupBody(b)) // memory that all definitions share is allocated first
	before := held()
	d := compiled(b, body)
	kept := held() - before
	runtime.KeepAlive(body)
	for b.Loop() {
		compiled(b, body)
	}
	b.ReportMetric(float64(kept)/(1<<20), "MB-kept")
	runtime.KeepAlive(d)
}

func held() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
