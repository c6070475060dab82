package order_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

func TestOnlyOrdersThatChooseALocationOpenThoseOfTheirRoute(t *testing.T) {
	t.Parallel()
	places := func(known *order.Order, country string) []stock.Place {
		shown := to(country, 1, 0)
		shown.UpdatedAt = epoch.Add(time.Hour)
		in := order.NewIntake(routed, []order.Snapshot{shown})
		orders := map[string]*order.Order{}
		if known != nil {
			orders["1"] = known
		}
		in.Classify(orders, 0)
		in.Items = map[string]order.Item{"lamp": {SKU: "lamp"}}
		return in.Places()
	}
	saved := func() *order.Order {
		return &order.Order{RowID: 1, ID: "1", Version: 1, State: order.Open, Location: "main", Country: "GB"}
	}
	require.Contains(t, places(nil, "GB"), at("lamp", "dublin"), "it is new")
	require.NotContains(t, places(saved(), "GB"), at("lamp", "dublin"), "it has its location")
	require.Contains(t, places(saved(), "IE"), at("lamp", "dublin"), "its country changed")
}
