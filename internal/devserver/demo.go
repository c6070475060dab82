package devserver

import (
	"bytes"
	"context"
	_ "embed" // the goods
	"encoding/csv"
	"fmt"
	"slices"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/starter"
)

// demoGoods are products that no marketplace lists yet, in Towpath's own format. They are published once the accounts
// are live, but for wrongForAmazon.
//
//go:embed demo.csv
var demoGoods []byte

// demoFile is their file in the data folder, to be changed and imported again.
const demoFile = "goods.csv"

// demoUnits is the opening stock of each.
const demoUnits = 25

// demoTypes are the merchant's settings for his categories on each channel, for what the catalogue does not say.
var demoTypes = map[channel.Kind][]listing.TypeSettings{
	channel.Amazon: {
		{Category: "Kitchen > Mugs", Type: "DRINKING_CUP", Values: map[string][]string{
			"recommended_browse_nodes": {"3147411"}, "merchant_shipping_group": {"Default"},
		}},
		{Category: "Kitchen", Type: "HOME", Values: demoHome},
		{Category: "Home", Type: "HOME", Values: demoHome},
	},
	channel.EBay: {
		{Category: "Kitchen > Mugs", Type: "38250"}, {Category: "Kitchen > Linen", Type: "20657"}, {Category: "Kitchen", Type: "20636"},
		{Category: "Home > Lanterns", Type: "46782", Values: map[string][]string{"Type": {"Lantern"}}},
	},
	channel.Shopify: {{Category: "Kitchen", Type: "Kitchen"}, {Category: "Home", Type: "Home"}},
}

var demoHome = map[string][]string{
	"recommended_browse_nodes": {"3147411"}, "merchant_shipping_group": {"Default"}, "bullet_point": {"Made beside the canal"},
	"supplier_declared_dg_hz_regulation": {"not_applicable"},
}

// hasGoods reports whether the demonstration's products are used: not with a given book, in a rehearsal, or with
// marketplaces of their own, which have their own products.
func (d *dev) hasGoods() bool { return d.o.Orders == "" && d.o.Rehearse == nil && d.player != nil }

// demoStock puts the products on the warehouse's shelf. Repeating it changes nothing.
func (d *dev) demoStock(ctx context.Context) error {
	if !d.hasGoods() {
		return nil
	}
	skus, err := demoSKUs()
	if err != nil {
		return err
	}
	var opening []warehouse.Entry
	for _, sku := range skus {
		opening = append(opening, warehouse.Entry{Key: "opening/" + sku, Kind: warehouse.Opening, SKU: sku, Location: location, Quantity: demoUnits})
	}
	return d.simulation.warehouse.Append(ctx, opening)
}

// wrongForAmazon are the goods that are wrong for Amazon on purpose: the green mug has no barcode, which our own check finds, and the large jug has
// the barcode of another seller's product, which only Amazon can know. They are left to whoever tries the demonstration: a run that nobody touches has
// no errors.
var wrongForAmazon = []string{"LS-MUG-GREEN", "LS-JUG-LARGE"}

// goodsFor selects the goods that the demonstration publishes on a channel.
func goodsFor(kind channel.Kind) (listing.Selection, error) {
	if kind != channel.Amazon {
		return listing.Selection{Categories: []string{"Kitchen", "Home"}}, nil
	}
	skus, err := demoSKUs()
	return listing.Selection{SKUs: slices.DeleteFunc(skus, func(sku string) bool { return slices.Contains(wrongForAmazon, sku) })}, err
}

// demoSKUs returns the SKUs of the demonstration's goods.
func demoSKUs() ([]string, error) {
	rows, err := csv.NewReader(bytes.NewReader(demoGoods)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the demonstration's goods: %w", err)
	}
	var skus []string
	for _, row := range rows[1:] {
		skus = append(skus, row[1])
	}
	return skus, nil
}

// publishGoods requests the publication of the products on every account, once: a later start in the same folder
// continues with what it has.
func (d *dev) publishGoods(ctx context.Context) error {
	if !d.hasGoods() {
		return nil
	}
	for _, a := range d.simulation.production() {
		saved, err := d.platform.Store.Accounts.Account(ctx, a.ID)
		if err != nil {
			return err
		}
		if saved.Observing || !saved.Does(account.Listings) {
			continue // it is reported already, or a person has paused it, who could not resume it if this start ended here
		}
		for _, t := range demoTypes[a.Kind] {
			if _, err := d.platform.Store.Products.SetType(ctx, a.ID, t); err != nil {
				return fmt.Errorf("name the goods on %s: %w", a.ID, err)
			}
		}
		goods, err := goodsFor(a.Kind)
		if err != nil {
			return err
		}
		run, err := d.starter.Publish(ctx, starter.PublishRequest{
			Account: a.ID, Endpoint: a.Endpoint, Selection: goods, By: retrierName, Key: "demo/" + a.ID,
		})
		if err != nil && run.ID != "" { // it is queued, and the next sweep starts it
			d.logger.Warn("The goods are published later.", zap.String("account", a.ID), zap.Error(err))
			continue
		}
		if err != nil {
			return fmt.Errorf("publish the goods on %s: %w", a.ID, err)
		}
		if run.EndedAt.IsZero() {
			fmt.Fprintf(d.out, "%s: the goods of %s are being published: %s items --account %s\n", a.ID, d.folder.file(demoFile), d.o.towpath(), a.ID)
		}
	}
	return nil
}

// published reports whether every run that was asked for has ended.
func (d *dev) published(ctx context.Context) (bool, error) {
	for _, a := range d.simulation.accounts {
		for _, e := range []channel.Endpoint{channel.Test, channel.Production} {
			left, err := d.platform.Store.Publications.List(ctx, a.ID, e)
			if err != nil || len(left) > 0 {
				return false, err
			}
		}
	}
	return true, nil
}
