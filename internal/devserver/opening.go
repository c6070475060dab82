package devserver

import (
	"context"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/packer"
	"github.com/towpath/towpath/internal/store/accounts"
)

// accounts returns the simulated merchant's accounts as the accounts file has them.
func (d *dev) accounts() []config.Account {
	var all []config.Account
	for _, a := range d.simulation.accounts {
		c := a.Channel()
		c.Listings.Revise = true // the merchant edits listings with Towpath only
		if a.Kind == channel.Amazon {
			c.FeedAbove = d.o.FeedAbove
			if d.max && c.FeedAbove == 0 {
				c.FeedAbove = feedAboveAtMax
			}
		}
		acc := config.Account{Channel: c}
		acc.Store.ID, acc.Store.Channel, acc.Store.Endpoint = a.ID, a.Kind, a.Endpoint
		acc.Store.Name, acc.Store.Enabled = a.ID, true
		// As the accounts file says: otherwise each start would look like a move to a real marketplace, and the accounts would observe.
		acc.Store.Simulated, acc.Store.Host = true, strings.TrimPrefix(a.Address, "http://")
		acc.Store.OrderLocation, acc.Store.StockLocations = location, []string{location}
		acc.Store.Cap, acc.Store.ReserveAt = noCap, order.AtPlaced
		if a.Endpoint == channel.Production && d.o.Sandboxes {
			acc.Store.TestAccount = sandboxOf[a.Kind]
		}
		all = append(all, acc)
	}
	return all
}

// openCatalogue saves the accounts, creates the listings on the marketplaces, and enters products and opening stock
// before the first level is sent: the level of a listing that is linked before its stock is known would be 0.
func (d *dev) openCatalogue(ctx context.Context) error {
	found := d.accounts()
	rows := make([]accounts.Account, len(found))
	for i, a := range found {
		rows[i] = a.Store
	}
	if err := d.platform.Store.Settings.SaveAccounts(ctx, rows); err != nil {
		return err
	}
	if d.player != nil {
		if err := d.player.Setup(ctx); err != nil {
			return fmt.Errorf("set the marketplaces up: %w", err)
		}
	}
	if d.o.Rehearse != nil {
		return d.simulation.list(ctx, d.goods)
	}
	if err := d.importCatalogue(ctx); err != nil {
		return fmt.Errorf("enter the catalogue: %w", err)
	}
	return d.openingStock(ctx)
}

// openingStock enters the warehouse's stock.
func (d *dev) openingStock(ctx context.Context) error {
	places, closePlaces, err := d.simulation.places(ctx)
	if err != nil {
		return err
	}
	d.closers = append(d.closers, closePlaces)
	d.packer = packer.New(packer.Options{
		Platform: merchant{d.platform}, Warehouse: d.simulation.warehouse, Speed: d.speed(), Packing: d.packing(), Places: places, Logger: d.logger,
	})
	if err := d.demoStock(ctx); err != nil {
		return err
	}
	if err := d.packer.CatchUp(ctx); err != nil {
		return fmt.Errorf("book the opening stock: %w", err)
	}
	return nil
}

// speed returns the clock's factor; 0 = as fast as the platform can work.
func (d *dev) speed() float64 {
	if d.max {
		return 0
	}
	return d.factor
}

func (d *dev) packing() func(account, orderID string) {
	if d.player == nil {
		return func(string, string) {}
	}
	return d.player.Packing
}
