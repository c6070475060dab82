package devserver

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/private"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/starter"
)

// catalogueFile is the simulated merchant's catalogue, in Towpath's own format. It is imported in the same way as any
// merchant's file.
const catalogueFile = "catalogue.csv"

// retrierName is the name in the ledger for what the simulated merchant does.
const retrierName = "towpath-dev"

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

// importFile imports a merchant's file and leaves it in the data folder. Products that are already there stay: the
// merchant may have changed them. The file is written last, so that the next start repeats an import that failed.
func (d *dev) importFile(ctx context.Context, name string, text []byte) error {
	path := d.folder.file(name)
	if _, err := os.Stat(path); err == nil && name == demoFile {
		return nil
	}
	f, err := merchantfile.Open(ctx, name, bytes.NewReader(text), int64(len(text)), merchantfile.Options{})
	if err != nil {
		return err
	}
	_, err = d.starter.ImportCatalogue(ctx, f, starter.ImportOptions{})
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	if err := os.WriteFile(path, text, private.FileMode); err != nil {
		return fmt.Errorf("write the catalogue: %w", err)
	}
	return nil
}

// catalogueOf returns the book's products in Towpath's own format.
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

const (
	// firstDayWithin is how long reading an account's listings may take.
	firstDayWithin = 2 * time.Minute
	// firstDaysAtOnce is of how many accounts the listings are read at once; the time of the others does not run yet.
	firstDaysAtOnce = 16
	// linkAgain is the pause after a reading of listings that failed with a fault.
	linkAgain = time.Second
)

// firstDay lets the accounts that still observe go live, as an operator would: once their listings are read and
// linked. An account that can't be read stays observing, and a message says so.
func (d *dev) firstDay(ctx context.Context) error {
	accounts, err := d.platform.Store.Accounts.List(ctx)
	if err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(firstDaysAtOnce)
	var printing sync.Mutex
	for _, a := range accounts {
		if !a.Observing || d.o.Rehearse != nil {
			continue
		}
		// One that was live observes because somebody wanted it: a restart must not undo an undo.
		if since, err := d.platform.Store.Settings.LiveSince(ctx, a.ID); err != nil || !since.IsZero() {
			if err != nil {
				return err
			}
			continue
		}
		g.Go(func() error {
			within, cancel := context.WithTimeout(ctx, firstDayWithin)
			defer cancel()
			err := d.link(within, a.ID)
			if ctx.Err() != nil {
				return ctx.Err() // interrupted: the account goes on with the next start
			}
			if err != nil {
				printing.Lock()
				defer printing.Unlock()
				d.logger.Warn("Account stays observing.", zap.String("account", a.ID), zap.Error(err))
				fmt.Fprintf(d.out, "%s observes: %v. Towpath sends nothing there until `accounts live %s`.\n", a.ID, err, a.ID)
			}
			return nil
		})
	}
	return g.Wait()
}

// link reads an account's listings, links them to the SKUs, and lets the account go live.
func (d *dev) link(ctx context.Context, account string) error {
	s := d.starter
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
		select {
		case <-ctx.Done():
			return fmt.Errorf("its listings can't be read: %w", out.Fault)
		case <-time.After(linkAgain):
		}
	}
	if _, err := s.MatchLinks(ctx, account, false); err != nil {
		return err
	}
	if _, err := d.platform.Store.Settings.GoLive(ctx, account, settings.Live{By: retrierName}); err != nil {
		return err
	}
	if err := s.WakeStock(ctx, []string{account}); err != nil { // the account is live, and the next sweep sends its levels
		d.logger.Warn("Stock pushes not woken.", zap.String("account", account), zap.Error(err))
	}
	return nil
}
