package console

import (
	"context"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/wording"
)

// levelRow is one listing.
type levelRow struct {
	levels.DiffRow
	Account   string
	StruckOff bool
}

// Pick returns the row's value in the form; empty: it has no channel SKU, and can't be struck off.
func (r levelRow) Pick() string {
	if r.ChannelSKU == "" {
		return ""
	}
	return pickOf(r.Account, r.ChannelSKU)
}

// Known reports whether it is known what the channel lists.
func (r levelRow) Known() bool { return r.Listed != stock.UnknownListed }

// Ours reports whether Towpath may set the level.
func (r levelRow) Ours() bool { return r.Difference != stock.NotOurs && r.Difference != stock.Unlinked }

// Tone returns the tone of the difference.
func (r levelRow) Tone() tone {
	switch r.Difference {
	case stock.Same:
		return wording.Good
	case stock.Up, stock.Down:
		return wording.Busy
	case stock.ToZero, stock.Unlinked:
		return wording.Warn
	case stock.NotOurs, stock.Unknown:
	}
	return wording.Quiet
}

// levelRows completes an account's rows with what is struck off.
func (c *console) levelRows(ctx context.Context, account string, found []levels.DiffRow) ([]levelRow, error) {
	names := make([]string, len(found))
	for i, row := range found {
		names[i] = row.ChannelSKU
	}
	struck, err := c.starter.Store.Levels.StruckAmong(ctx, account, names)
	if err != nil {
		return nil, err
	}
	off := map[string]bool{}
	for _, l := range struck {
		off[l.ChannelSKU] = true
	}
	rows := make([]levelRow, len(found))
	for i, row := range found {
		rows[i] = levelRow{row, account, off[row.ChannelSKU]}
	}
	return rows, nil
}
