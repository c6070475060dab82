package ebay

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/giftshop"
)

// general is a category that takes most household goods.
const general = "10034"

// The gift shop's goods are put up: what is planted in them is told, item by item, and nothing else.
func TestTheGiftShopsDefectsAreTold(t *testing.T) {
	t.Parallel()
	const path = "../../../../shared/data/online-retail/2010-12.csv"
	file, err := os.Open(path)
	if os.IsNotExist(err) && os.Getenv("CI") != "true" {
		t.Skipf("no order book at %s: it is the UCI data set \"Online Retail\", by month", path)
	}
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	b, err := book.Read(file, path)
	require.NoError(t, err)
	r, err := giftshop.Of(b.Plan(book.Options{}), giftshop.Options{Products: 300, Defects: 3})
	require.NoError(t, err)
	want := map[string]string{}
	for _, d := range r.Defects {
		for _, sku := range d.SKUs {
			if d.On(channel.EBay) {
				want[sku] = d.Found[channel.EBay].Code
			}
		}
	}
	f := newFixture(t)
	f.conn = f.open(t, f.unwatched(t))
	told, refused := map[string]string{}, 0
	for products := range slices.Chunk(r.Products, 25) {
		var composed []channel.Product
		for _, p := range products {
			levels := map[string]int{}
			for _, v := range p.Variants {
				levels[v.SKU] = 3
			}
			c := listing.Compose(listing.Goods{Product: p, Levels: levels, Types: []listing.TypeSettings{{Type: general}}}, listing.Seller{Account: "ebay-uk", Channel: "ebay"})
			composed = append(composed, c.Product)
		}
		definitions := f.definitions(t, composed...)
		checked, err := f.conn.Check(t.Context(), composed, definitions)
		require.NoError(t, err)
		var good []channel.Product
		for i, p := range composed {
			whole := errorCodes(checked[i].Issues[p.Key])
			left := p.Only(func(sku string) bool {
				codes := append(slices.Clone(whole), errorCodes(checked[i].Issues[sku])...)
				if len(codes) > 0 {
					told[sku] = codes[0]
				}
				return len(codes) == 0
			})
			if len(left.Variants) > 0 {
				good = append(good, left)
			}
		}
		refused += len(faultsOf(f.submit(t, f.conn, good...)))
	}
	require.Equal(t, want, told)
	require.Zero(t, refused, "what our own check has nothing against, the marketplace takes")
}
