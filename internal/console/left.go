package console

import (
	"context"
	"net/http"

	"github.com/towpath/towpath/internal/store/levels"
)

// leftPage lists the levels and prices that are left to other tools.
type leftPage struct {
	List   *list[leftRow]
	Notice string
}

// leftRow is a level or a price that is left to another tool.
type leftRow struct{ levels.LeftField }

// Pick returns the row's value in the form.
func (r leftRow) Pick() string { return pickOf(r.Account, fieldPick(r.Field, r.ChannelSKU)) }

func (c *console) left(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	p := leftPage{List: newList[leftRow](in, "levels and prices"), Notice: saidOf(r)}
	account, after := p.List.account(g), in.mark()
	if in.err != nil {
		return view{}, in.err
	}
	found, err := c.starter.Store.Levels.LeftFields(ctx, account, after, p.List.limit())
	if err != nil {
		return view{}, badCursor(err)
	}
	rows := make([]leftRow, len(found))
	for i, l := range found {
		rows[i] = leftRow{l}
	}
	p.List.fill(rows, func(l leftRow) string { return l.Cursor })
	return view{Title: "Left to another tool", Section: "Listings", Template: "left", Data: p}, nil
}
