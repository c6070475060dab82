package devserver

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/starter"
)

// catalogueFile is the simulated merchant's catalogue, in Towpath's own form. It goes in through the door that every
// merchant uses.
const catalogueFile = "catalogue.csv"

// clerkName is who the ledger says has done what the simulated merchant does.
const clerkName = "towpath-dev"

// importCatalogue writes the book's products as a merchant's file and imports it.
func (d *dev) importCatalogue(ctx context.Context) error {
	text, err := catalogueOf(d.plan)
	if err != nil {
		return err
	}
	if err := d.importFile(ctx, catalogueFile, text); err != nil || !d.hasGoods() {
		return err
	}
	return d.importFile(ctx, demoFile, demoGoods)
}

// importFile writes a merchant's file in the data folder and imports it. What is there already stays: the merchant may have changed it.
func (d *dev) importFile(ctx context.Context, name string, text []byte) error {
	path := d.folder.file(name)
	if _, err := os.Stat(path); err == nil && name == demoFile {
		return nil
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("write the catalogue: %w", err)
	}
	f, err := merchantfile.OpenPath(ctx, path, merchantfile.Options{})
	if err != nil {
		return err
	}
	_, err = d.platform.Starter.ImportCatalogue(ctx, f, starter.ImportOptions{})
	return errors.Join(err, f.Close())
}

// catalogueOf is the book's products in Towpath's own form.
func catalogueOf(plan *book.Plan) ([]byte, error) {
	rows := [][]string{{"SKU", "Title", "Price", "Currency"}}
	for _, p := range plan.Products {
		title := strings.TrimSpace(p.Title)
		if title == "" {
			title = p.SKU
		}
		price := ""
		if p.UnitPrice > 0 {
			price = money.Format(p.UnitPrice, "GBP")
		}
		rows = append(rows, []string{p.SKU, title, price, "GBP"})
	}
	var text bytes.Buffer
	if err := csv.NewWriter(&text).WriteAll(rows); err != nil {
		return nil, fmt.Errorf("write the catalogue: %w", err)
	}
	return text.Bytes(), nil
}

// firstDayWithin is how long an account may take until its listings are read.
const firstDayWithin = 2 * time.Minute

// firstDay lets the accounts that still observe go live, as an operator would: once their listings are read and linked.
// An account that can't be read stays observing, and is told.
func (d *dev) firstDay(ctx context.Context) error {
	accounts, err := d.platform.Store.Accounts.List(ctx)
	if err != nil {
		return err
	}
	var g errgroup.Group
	for _, a := range accounts {
		if !a.Observing || d.o.Rehearse != nil {
			continue
		}
		g.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, firstDayWithin)
			defer cancel()
			if err := d.link(ctx, a.ID); err != nil {
				d.logger.Warn("Account stays observing.", zap.String("account", a.ID), zap.Error(err))
				fmt.Fprintf(d.out, "%s observes: %v. Towpath sends nothing there until `accounts live %s`.\n", a.ID, err, a.ID)
			}
			return nil
		})
	}
	return g.Wait()
}

// link reads an account's listings, ties them to the SKUs, and lets it go live.
func (d *dev) link(ctx context.Context, account string) error {
	s := d.platform.Starter
	for {
		if err := s.ImportLinks(ctx, account); err != nil {
			return err
		}
		out, err := s.LinksImported(ctx, account, func(message.Status) {})
		if err != nil {
			return err
		}
		if out.Fault == nil {
			break
		}
	}
	if _, err := s.MatchLinks(ctx, account, false); err != nil {
		return err
	}
	if _, err := d.platform.Store.Settings.GoLive(ctx, account, settings.Live{By: clerkName}); err != nil {
		return err
	}
	return s.WakeStock(ctx, []string{account})
}
