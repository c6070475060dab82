package console

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// skuPage is one SKU: its levels, what each account lists of it and why, the ways to change its stock, its ledger.
type skuPage struct {
	ledger.StockDetail
	Listed    []listedRow
	Forms     []stockForm // none of a kit: it has no stock of its own
	Locations []string
	Key       string // of the next change: what is asked with it is done once
	Done      *stockDone
	Ledger    *list[movementRow]
	Published lastOutcomes
	Struck    []struckRow // its listings that are struck off
	Notice    string
}

// Strikes reports whether any of its listings can be struck off.
func (p skuPage) Strikes() bool {
	return slices.ContainsFunc(p.Listed, func(l listedRow) bool { return !l.StruckOff })
}

// listedRow is what an account lists of the SKU.
type listedRow struct {
	ledger.StockListed
	Others levels.Contested // how often somebody else has set its level
}

// Pick returns the row's value in a form.
func (l listedRow) Pick() string { return pickOf(l.Account, l.ChannelSKU) }

// Known reports whether the channel has reported what it shows.
func (l listedRow) Known() bool { return l.Shown != channel.UnknownQuantity }

// Capped reports whether the account has a cap.
func (l listedRow) Capped() bool { return l.Cap < stock.NoCap }

// State returns the state of the level, in words.
func (l listedRow) State() wording.Said { return starter.ListedWords(l.StockListed).State() }

// WhyNone says why nothing is listed, in words; empty: something is, or its state says it.
func (l listedRow) WhyNone() string {
	if l.Listed > 0 || l.StruckOff || l.Fulfils {
		return ""
	}
	return wording.WhyNone(wording.Offer{Units: l.Raw, Located: len(l.Offers) > 0, Buffer: l.Buffer, Cap: l.Cap})
}

// movementRow is a row of the ledger.
type movementRow struct{ ledger.Movement }

func (c *console) sku(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	sku, done := in.text("sku"), in.given.Get("done")
	p := skuPage{Ledger: newList[movementRow](in, "movements"), Key: rand.Text(), Notice: saidOf(r)}
	after, undo := in.position(), in.row("undo")
	if in.err == nil && done != "" && !changeKey.MatchString(done) {
		in.fail("done", "it is no key of a change")
	}
	if in.err != nil {
		return view{}, in.err
	}
	var err error
	if p.StockDetail, err = c.starter.Store.Ledger.StockDetail(ctx, sku); err != nil {
		return view{}, err
	}
	if err := c.listedOf(ctx, &p); err != nil {
		return view{}, err
	}
	if len(p.Parts) == 0 {
		if p.Locations, err = c.starter.Store.Ledger.Locations(ctx); err != nil {
			return view{}, err
		}
		if p.Forms, err = c.stockForms(ctx, sku, undo); err != nil {
			return view{}, err
		}
	}
	if p.Done, err = c.stockDone(ctx, done); err != nil {
		return view{}, err
	}
	if p.Published, err = c.lastOutcomes(ctx, sku); err != nil {
		return view{}, err
	}
	found, err := c.starter.Store.Ledger.Movements(ctx, sku, "", after, p.Ledger.limit())
	if err != nil {
		return view{}, err
	}
	rows := make([]movementRow, len(found))
	for i, m := range found {
		rows[i] = movementRow{m}
	}
	p.Ledger.fill(rows, func(m movementRow) string { return strconv.FormatInt(m.ID, 10) })
	return view{Title: sku, Section: "Stock", Template: "sku", Data: p}, nil
}

// listedOf completes what each account lists with what an operator or somebody else has set.
func (c *console) listedOf(ctx context.Context, p *skuPage) error {
	if len(p.Lists) == 0 {
		return nil
	}
	others, err := c.starter.Store.Levels.ContestedOf(ctx, p.SKU)
	if err != nil {
		return err
	}
	for _, l := range p.Lists {
		row := listedRow{StockListed: l}
		for _, o := range others {
			if o.Account == l.Account && o.ChannelSKU == l.ChannelSKU {
				row.Others = o
			}
		}
		p.Listed = append(p.Listed, row)
	}
	struck, err := c.starter.Store.Levels.StruckOf(ctx, p.SKU)
	for _, l := range struck {
		p.Struck = append(p.Struck, struckRow{l})
	}
	return err
}
