package console

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// driftPage lists what somebody else has set on the channels.
type driftPage struct {
	List    *list[driftRow]
	Writers []wording.Said // a sentence per account
	Whole   string         // the account whose levels, or prices, can all be answered at once; empty: the list is of several
	Prices  bool           // it has prices that somebody else has set
	Notice  string
}

// driftRow is a field of a listing that somebody else has set.
type driftRow struct{ levels.DriftRow }

// Pick returns the row's value in the form.
func (r driftRow) Pick() string { return pickOf(r.Account, fieldPick(r.Field, r.ChannelSKU)) }

// Level reports whether it is a level.
func (r driftRow) Level() bool { return r.Field == listing.FieldLevel }

func (c *console) drift(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	p := driftPage{List: newList[driftRow](in, "fields"), Notice: saidOf(r)}
	account, after := p.List.account(g), in.mark()
	if in.err != nil {
		return view{}, in.err
	}
	p.Whole = wholeAccount(g, account)
	writers, err := c.starter.Store.Levels.SecondWriters(ctx, account)
	if err != nil {
		return view{}, err
	}
	for _, w := range writers {
		p.Writers, p.Prices = append(p.Writers, starter.SecondWriterWords(w).Said()), p.Prices || w.Prices > 0
	}
	found, err := c.starter.Store.Levels.Drifts(ctx, account, after, p.List.limit())
	if err != nil {
		return view{}, badCursor(err)
	}
	rows := make([]driftRow, len(found))
	for i, d := range found {
		rows[i] = driftRow{d}
	}
	p.List.fill(rows, func(d driftRow) string { return d.Cursor })
	return view{Title: "Set by somebody else", Section: "Listings", Template: "drift", Data: p}, nil
}

// badCursor returns a list's error for a cursor that no list has given, else the error.
func badCursor(err error) error {
	if errors.Is(err, store.ErrBadCursor) {
		return badInput("Filter after", "no list has given it")
	}
	return err
}

// fieldPick is the name of a listing's field in a pick. All listings of an account have no channel SKU.
func fieldPick(field listing.Field, channelSKU string) string {
	return string(field) + ":" + channelSKU
}

// byField returns names of fieldPick by their field. A button for all of an account has one name without a channel SKU, and then the list is empty.
func byField(names []string, fits func(listing.Field) bool) (map[listing.Field][]string, error) {
	of := map[listing.Field][]string{}
	for _, name := range names {
		field, sku, _ := strings.Cut(name, ":")
		f := listing.Field(field)
		switch {
		case !f.Known():
			return nil, store.ErrNotFound
		case !fits(f):
			return nil, &starter.UsageError{Problem: "the " + field + " of " + sku + " can't be left to another tool: only levels and prices can"}
		case sku == "":
			of[f] = nil
		default:
			of[f] = append(of[f], sku)
		}
	}
	return of, nil
}
