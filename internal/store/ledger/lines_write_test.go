package ledger

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

// A column that is added to a line is written by one of the two updates: by both if it progresses.
func TestEveryColumnOfALineIsWritten(t *testing.T) {
	t.Parallel()
	words := func(text string) string { return " " + strings.Join(strings.Fields(text), " ") }
	stay := []string{"order_id", "line_id", "position"}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[lineRow]()) {
		column := f.Tag.Get("db")
		if column == "" || slices.Contains(stay, column) {
			continue
		}
		require.Contains(t, words(setsProgress+setsRest), " "+column+" = r."+column)
		if _, progresses := reflect.TypeFor[lineProgress]().FieldByName(f.Name); progresses {
			require.Contains(t, words(setsProgress), " "+column+" = r."+column)
		}
	}
}

// A line that has another SKU or location now, or of which money came back, is written as a whole.
func TestOnlyALineThatHasJustProgressedIsWrittenInPart(t *testing.T) {
	t.Parallel()
	read := order.Line{LineKey: order.LineKey{OrderID: 1, LineID: "1"}, Item: order.Item{SKU: "lamp"}, Location: "main", Quantity: 3, Units: order.Units{Reserved: 3}}
	for name, tc := range map[string]struct {
		change func(*order.Line)
		part   bool
	}{
		"packed":        {func(l *order.Line) { l.Units = order.Units{Packed: 3}; l.Revision += 2 }, true},
		"shown shipped": {func(l *order.Line) { l.ShownShipped, l.ChannelShipped = 3, 3 }, true},
		"linked":        {func(l *order.Line) { l.SKU = "rope" }, false},
		"moved":         {func(l *order.Line) { l.Location = "depot" }, false},
		"returned":      {func(l *order.Line) { l.Returned = 1 }, false},
		"renamed":       {func(l *order.Line) { l.Title = "A lamp" }, false},
	} {
		now := read
		tc.change(&now)
		require.Equal(t, tc.part, rowOfLine(&now).onlyProgressed(rowOfLine(&read)), name)
	}
}
