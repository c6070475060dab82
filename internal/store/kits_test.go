package store_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/order/ordertest"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/storetest"
)

// kit defines one kit of which every part is in the catalogue; parts are SKU and quantity in turn.
func kit(t testing.TB, s *store.Store, sku string, parts ...any) products.KitsSaved {
	t.Helper()
	k := catalogue.Kit{SKU: sku}
	var variants []products.Variant
	for i := 0; i < len(parts); i += 2 {
		k.Parts = append(k.Parts, catalogue.Part{SKU: parts[i].(string), Quantity: parts[i+1].(int)})
		variants = append(variants, products.Variant{SKU: parts[i].(string), Title: "A " + parts[i].(string)})
	}
	require.NoError(t, s.Products.SaveVariants(ctx, variants))
	saved, err := s.Products.SaveKits(ctx, []catalogue.Kit{k})
	require.NoError(t, err)
	return saved
}

func at(t testing.TB, s *store.Store, location, sku string, n int) {
	t.Helper()
	_, err := s.Ledger.ApplyStock(ctx, []stock.Change{{Key: location + sku, SKU: sku, Location: location, Kind: stock.Receipt, Quantity: n}})
	require.NoError(t, err)
}

func TestAKitListsWhatOneWarehouseCanPack(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		settings := storetest.Accounts()
		settings[1].StockLocations = []string{"main", "annex"}
		require.NoError(t, s.Settings.SaveAccounts(ctx, settings))
		kit(t, s, "pair", "lamp", 1, "rope", 2)
		kit(t, s, "set", "pair", 1, "lamp", 1)
		link(t, s, "pair", "set", "lamp")
		at(t, s, "main", "lamp", 10)
		at(t, s, "annex", "rope", 10)
		require.Equal(t, map[string]int{"ebay-uk:pair": 0, "ebay-uk:set": 0, "ebay-uk:lamp": 10}, push(t, s, "ebay-uk"), "no warehouse has both parts")
		at(t, s, "main", "rope", 7)
		require.Equal(t, map[string]int{"ebay-uk:pair": 3, "ebay-uk:set": 3}, push(t, s, "ebay-uk"), "a part's movement dirties its kits, and no other SKU")
		at(t, s, "annex", "lamp", 3)
		require.Equal(t, map[string]int{"ebay-uk:pair": 6, "ebay-uk:set": 4, "ebay-uk:lamp": 13}, push(t, s, "ebay-uk"))
		require.Equal(t, 3, push(t, s, "amazon-uk")["amazon-uk:pair"], "its location is main only")

		d, err := s.Ledger.StockDetail(ctx, "pair")
		require.NoError(t, err)
		require.Equal(t, []products.KitPart{{SKU: "lamp", Quantity: 1}, {SKU: "rope", Quantity: 2}}, d.Parts)
		require.Equal(t, stock.ByLocation{{Location: "annex", Units: 3, Limit: "lamp"}, {Location: "main", Units: 3, Limit: "rope"}}, d.Lists[1].Offers)
		require.Equal(t, [3]int{6, 6, 6}, [3]int{d.Lists[1].Raw, d.Lists[1].Listed, d.Lists[1].Sent})
	})
}

func TestAKitMovesThePartsOfOneLocation(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		kit(t, s, "pair", "lamp", 1, "rope", 2)
		link(t, s, "pair", "lamp", "rope")
		receive(t, s, "a", "lamp", 10)
		receive(t, s, "b", "rope", 5)
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("pair", 3)))
		require.Equal(t, order.Units{Reserved: 2, Backordered: 1}, sumUnits(detail(t, s, "amazon-uk", "1")))
		levels := func() [6]int {
			l, r := level(t, s, "lamp"), level(t, s, "rope")
			return [6]int{l.OnHand, l.Reserved, l.Backordered, r.OnHand, r.Reserved, r.Backordered}
		}
		require.Equal(t, [6]int{10, 2, 1, 5, 4, 2}, levels(), "a kit that can't be packed holds none of its parts")
		save(t, s, "ebay-uk", sale("ebay-uk", "2", 2, units("lamp", 8), units("rope", 1)))
		require.Equal(t, order.Units{Reserved: 9}, sumUnits(detail(t, s, "ebay-uk", "2")), "what waits for a rope does not block lamps")

		row := rowID(t, s, "amazon-uk", "1")
		process(t, s, row, pack("p", content("1-1", 1)))
		require.Equal(t, [6]int{9, 9, 1, 3, 3, 2}, levels())
		receive(t, s, "c", "rope", 2)
		require.Equal(t, [6]int{9, 9, 1, 5, 3, 2}, levels(), "the lamp is missing now")
		receive(t, s, "d", "lamp", 1)
		require.Equal(t, [6]int{10, 10, 0, 5, 5, 0}, levels(), "now the third one is reserved")
		require.Equal(t, []products.KitPart{{SKU: "lamp", Quantity: 1}, {SKU: "rope", Quantity: 2}}, detail(t, s, "amazon-uk", "1").Lines[0].Parts)

		_, err := s.Packages.PreparePackage(ctx, row, "p", "order/1")
		require.NoError(t, err)
		_, err = s.Packages.PackageConfirmed(ctx, row, "p", channel.Confirmation{})
		require.NoError(t, err)
		out, err := s.Orders.ReturnGoods(ctx, row, orders.GoodsReturn{Key: "r", Restock: true, Lines: []order.LineQuantity{{LineID: "1-1", Quantity: 1}}})
		require.NoError(t, err)
		require.Empty(t, out.Refused)
		require.Equal(t, [6]int{11, 10, 0, 7, 5, 0}, levels())
		require.NoError(t, s.Orders.SaveCancellation(ctx, row, orders.Cancellation{ID: "c", Lines: []order.LineQuantity{{LineID: "1-1", Quantity: 2}}}))
		_, err = s.Orders.ApplyCancellation(ctx, row, "c")
		require.NoError(t, err)
		require.Equal(t, [6]int{11, 8, 0, 7, 1, 0}, levels())
		balanced(t, s)
	})
}

func TestACountReleasesKitsNewestFirst(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		kit(t, s, "pair", "lamp", 1, "rope", 2)
		link(t, s, "pair", "lamp", "rope")
		receive(t, s, "a", "lamp", 3)
		receive(t, s, "b", "rope", 4)
		save(t, s, "amazon-uk", sale("amazon-uk", "old", 1, units("pair", 1)), sale("amazon-uk", "new", 2, units("pair", 1)),
			sale("amazon-uk", "last", 3, units("lamp", 2)))
		require.Equal(t, order.Units{Reserved: 1, Backordered: 1}, sumUnits(detail(t, s, "amazon-uk", "last")))
		done, err := s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "c", SKU: "rope", Location: "main", Kind: stock.Count, Quantity: 3, By: "ann", Note: "shelf 3"}})
		require.NoError(t, err)
		require.Equal(t, []ledger.Backordered{{Account: "amazon-uk", Reference: "#new", LineID: "new-1", SKU: "pair", Units: 1}}, done.Backordered)
		require.Equal(t, order.Units{Backordered: 1}, sumUnits(detail(t, s, "amazon-uk", "new")))
		require.Equal(t, order.Units{Reserved: 2}, sumUnits(detail(t, s, "amazon-uk", "last")), "its lamp went to who waited for one")
		balanced(t, s)
	})
}

// Kits lose reserved units as whole kits: parts freed beyond what was missing go to the line that lost its unit
// first.
func TestWhatAKitGivesUpTooMuchGoesBack(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		kit(t, s, "pair", "lamp", 1, "rope", 2)
		link(t, s, "pair", "lamp", "rope")
		receive(t, s, "a", "lamp", 2)
		receive(t, s, "b", "rope", 6)
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("pair", 3)))
		save(t, s, "amazon-uk", sale("amazon-uk", "2", 2, units("rope", 1)))
		require.Equal(t, 1, level(t, s, "rope").Free())
		_, err := s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "lost", SKU: "rope", Location: "main", Kind: stock.Adjust, Quantity: -3}})
		require.NoError(t, err)
		require.Equal(t, order.Units{Reserved: 1, Backordered: 2}, sumUnits(detail(t, s, "amazon-uk", "1")), "one pair was given up for one rope")
		require.Equal(t, order.Units{Reserved: 1}, sumUnits(detail(t, s, "amazon-uk", "2")), "the other rope is free again")
	})
}

func TestWhatAKitIsMadeOfMayChange(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.Equal(t, []string{"pair"}, kit(t, s, "pair", "lamp", 1, "rope", 2).Changed)
		require.Empty(t, kit(t, s, "pair", "lamp", 1, "rope", 2).Changed, "the same again")
		kit(t, s, "set", "pair", 2)
		link(t, s, "pair", "set")
		for _, sku := range []string{"lamp", "rope", "sail"} {
			receive(t, s, sku, sku, 9)
		}
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("pair", 1)))
		push(t, s, "amazon-uk")
		require.Equal(t, []string{"pair", "set"}, kit(t, s, "pair", "lamp", 1, "sail", 1).Changed)
		require.Equal(t, map[string]int{"amazon-uk:pair": 8, "amazon-uk:set": 4}, push(t, s, "amazon-uk"))
		save(t, s, "amazon-uk", sale("amazon-uk", "2", 2, units("pair", 1)))
		require.Equal(t, [3]int{2, 2, 1}, [3]int{level(t, s, "lamp").Reserved, level(t, s, "rope").Reserved, level(t, s, "sail").Reserved},
			"what was sold before keeps the parts that it was sold with")
		require.NoError(t, s.Orders.SaveCancellation(ctx, rowID(t, s, "amazon-uk", "1"), orders.Cancellation{ID: "c"}))
		_, err := s.Orders.ApplyCancellation(ctx, rowID(t, s, "amazon-uk", "1"), "c")
		require.NoError(t, err)
		require.Equal(t, 0, level(t, s, "rope").Reserved)
		balanced(t, s)
	})
}

func TestWhatCannotBeAKit(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		kit(t, s, "pair", "lamp", 1, "rope", 2)
		refused := func(want string, kits ...catalogue.Kit) {
			_, err := s.Products.SaveKits(ctx, kits)
			require.ErrorContains(t, err, want)
		}
		part := func(sku string) []catalogue.Part { return []catalogue.Part{{SKU: sku, Quantity: 1}} }
		refused("is a part of itself", catalogue.Kit{SKU: "loop", Parts: part("loop")})
		refused("go round in a circle", catalogue.Kit{SKU: "a", Parts: part("b")}, catalogue.Kit{SKU: "b", Parts: part("a")})
		refused("sail is a part of a kit, but not in the catalogue", catalogue.Kit{SKU: "boat", Parts: part("sail")})
		receive(t, s, "a", "lamp", 1)
		link(t, s, "oar")
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("oar", 1)))
		refused("lamp can't become a kit: 1 of it are on hand", catalogue.Kit{SKU: "lamp", Parts: part("rope")})
		refused("oar can't become a kit; open order lines that hold it as it is: 1", catalogue.Kit{SKU: "oar", Parts: part("rope")})
		_, err := s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "k", SKU: "pair", Location: "main", Kind: stock.Receipt, Quantity: 1}})
		require.ErrorIs(t, err, store.ErrIsKit)
		require.ErrorContains(t, err, "pair is a kit of 1 x lamp, 2 x rope")
		kits, err := s.Products.Kits(ctx)
		require.NoError(t, err)
		require.Len(t, kits, 1)
	})
}

// A SKU in a package holds it as it is until the channel has confirmed the package.
func TestAPackedSKUIsNoKitBeforeItIsSent(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: "rope", Title: "Rope"}}))
		link(t, s, "oar")
		receive(t, s, "a", "oar", 1)
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("oar", 1)))
		row := rowID(t, s, "amazon-uk", "1")
		process(t, s, row, pack("p", content("1-1", 1)))
		kits := []catalogue.Kit{{SKU: "oar", Parts: []catalogue.Part{{SKU: "rope", Quantity: 1}}}}
		_, err := s.Products.SaveKits(ctx, kits)
		require.ErrorContains(t, err, "oar can't become a kit")
		refused, err := s.Products.KitsRefused(ctx, []string{"oar", "rope"})
		require.NoError(t, err)
		require.Len(t, refused, 1)
		_, err = s.Packages.PreparePackage(ctx, row, "p", "order/1")
		require.NoError(t, err)
		_, err = s.Packages.PackageConfirmed(ctx, row, "p", channel.Confirmation{})
		require.NoError(t, err)
		_, err = s.Products.SaveKits(ctx, kits)
		require.NoError(t, err)
	})
}

func TestKitsAreEnteredInTheCatalogue(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: "lamp", Title: "Lamp"}, {SKU: "pair", Title: "Two lamps"}, {SKU: "trio", Title: "Three lamps"}}))
		made := func(sku, title string, n int) catalogue.Kit {
			return catalogue.Kit{SKU: sku, Title: title, Parts: []catalogue.Part{{SKU: "lamp", Quantity: n}}}
		}
		_, err := s.Products.SaveKits(ctx, []catalogue.Kit{made("pair", "", 2), made("trio", "A trio", 3), made("four", "Four lamps", 4), made("five", "", 5)})
		require.NoError(t, err)
		for sku, title := range map[string]string{"pair": "Two lamps", "trio": "A trio", "four": "Four lamps", "five": ""} {
			v, err := s.Products.Variant(ctx, sku)
			require.NoError(t, err)
			require.Equal(t, title, v.Title)
			p, err := s.Products.ProductOf(ctx, sku)
			require.NoError(t, err)
			require.Equal(t, sku, p.Key)
		}
	})
}

// Kits that share parts are sold, packed and taken apart at once.
func TestKitsThatCompeteForTheirParts(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		kit(t, s, "pair", "lamp", 1, "rope", 1)
		kit(t, s, "knot", "rope", 1, "sail", 1)
		link(t, s, "pair", "knot", "rope", "lamp", "sail")
		for _, sku := range []string{"lamp", "rope", "sail"} {
			receive(t, s, sku, sku, 12)
		}
		skus := []string{"pair", "knot", "rope", "lamp"}
		var group errgroup.Group
		for k, account := range ordertest.Sellers {
			group.Go(func() error { return sellAndPack(s, account, skus, k) })
		}
		group.Go(func() error {
			for i := range 12 {
				change := stock.Change{Key: fmt.Sprint("c", i), SKU: []string{"rope", "sail", "lamp"}[i%3], Location: "main", Kind: stock.Count, Quantity: 8 + i%5}
				if _, err := s.Ledger.ApplyStock(ctx, []stock.Change{change}); err != nil {
					return err
				}
			}
			return nil
		})
		require.NoError(t, group.Wait())
		balanced(t, s)
	})
}
