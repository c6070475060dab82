package shopify

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/shop"
)

// wireSettings are the shop's settings.
type wireSettings struct {
	Shop struct {
		Currency string `json:"currencyCode"`
		Plan     struct {
			Name        string `json:"publicDisplayName"`
			Development bool   `json:"partnerDevelopment"`
			Plus        bool   `json:"shopifyPlus"`
		} `json:"plan"`
		Limits struct {
			Options  int `json:"maxProductOptions"`
			Variants int `json:"maxProductVariants"`
		} `json:"resourceLimits"`
	} `json:"shop"`
	Location *struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		Active bool   `json:"isActive"`
	} `json:"location"`
}

// Define fetches the shop's settings, the only definition there is: Shopify's product types are free text. The
// version is the checksum. If the shop does not have the location, Define still succeeds, and every checked product
// gets an issue.
func (c *Connection) Define(ctx context.Context, productType string) (listing.Definition, error) {
	if productType != "" {
		return listing.Definition{}, channel.Refusal(channel.Missing, opSettings.name, CodeNotFound, fmt.Sprintf("Shopify has no definitions of product types, so none of %q", productType))
	}
	if c.account.Location == "" {
		return listing.Definition{}, c.noLocation(opSettings.name)
	}
	var data wireSettings
	r, fault := c.read(ctx, opSettings, variables{"location": c.account.Location}, &data)
	if fault != nil {
		return listing.Definition{}, fault
	}
	d, err := data.settings().Definition()
	if err == nil {
		_, err = shop.ParseSettings(d.Body)
	}
	if err != nil {
		f := r.answer.Unreadable(opSettings.name)
		f.Raw = channel.NewFault(f.Class, f.Operation, err.Error()).Raw
		return listing.Definition{}, f
	}
	d.FetchedAt = time.Now().UTC()
	return d, nil
}

func (w *wireSettings) settings() shop.Settings {
	s := shop.Settings{
		Currency: w.Shop.Currency, Plan: w.Shop.Plan.Name, Plus: w.Shop.Plan.Plus, Development: w.Shop.Plan.Development,
		MaxOptions: w.Shop.Limits.Options, MaxVariants: w.Shop.Limits.Variants,
	}
	if at := w.Location; at != nil {
		s.Location = &shop.Location{ID: at.ID, Name: at.Name, Active: at.Active}
	}
	return s
}

// Wants returns the shop's settings for every product.
func (c *Connection) Wants(channel.Product) []string { return []string{""} }
