package devserver

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const bookHeader = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

// Mistakes in the options are reported before anything is removed or created.
func TestAMistakeWithFreshForgetsNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty, bad, header := filepath.Join(dir, "empty.csv"), filepath.Join(dir, "bad.csv"), filepath.Join(dir, "header.csv")
	write(t, empty, "")
	write(t, header, "Order,SKU\n1,A\n")
	write(t, bad, bookHeader+"1,A,LAMP,1,2026-03-02 06:00:00,1.00,2.0,France\n2,A,LAMP,one,2026-03-02 06:10:00,1.00,2.0,France\n")
	for name, c := range map[string]struct {
		ask      func(*Options)
		words    []string
		platform bool // only the whole platform has the option, marketplaces alone do not
	}{
		"missing file": {ask: func(o *Options) { o.Orders = filepath.Join(dir, "none.csv") }, words: []string{"--orders", "none.csv"}},
		"a folder":     {ask: func(o *Options) { o.Orders = dir }, words: []string{dir}},
		"empty file":   {ask: func(o *Options) { o.Orders = empty }, words: []string{"empty.csv:1:"}},
		"wrong header": {ask: func(o *Options) { o.Orders = header }, words: []string{"header.csv:1:"}},
		"bad row":      {ask: func(o *Options) { o.Orders = bad }, words: []string{"bad.csv:3:10: ", `"one"`}},
		"speed":        {ask: func(o *Options) { o.Speed = "0" }, words: []string{`--speed "0"`}},
		"stock":        {ask: func(o *Options) { o.Stock = "some" }, words: []string{`--stock "some"`}},
		"shape":        {ask: func(o *Options) { o.Shape = "round" }, words: []string{`--shape "round"`}},
		"faults":       {ask: func(o *Options) { o.Faults = "many" }, words: []string{"--faults", "occasional"}},
		"quirks":       {ask: func(o *Options) { o.Quirks = "odd" }, words: []string{`--quirks "odd"`}},
		"sync":         {ask: func(o *Options) { o.Sync = "never" }, words: []string{`--sync "never"`}, platform: true},
		"rehearsal":    {ask: func(o *Options) { o.Rehearse = []string{bad} }, words: []string{"bad.csv"}, platform: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := testOptions(t)
			untouched := earlier(t, o)
			o.Fresh = true
			c.ask(o)
			requireUsage(t, refused(t, o), c.words...)
			untouched()
			if !c.platform {
				requireUsage(t, RunMarketplaces(t.Context(), o, io.Discard), c.words...)
				untouched()
			}
			o.Data = filepath.Join(t.TempDir(), "new")
			require.Error(t, refused(t, o))
			_, err := os.Stat(o.Data)
			require.ErrorIs(t, err, os.ErrNotExist, "no folder is made for a mistake")
		})
	}
}

func TestAnAuditOfNothingIsAUsageError(t *testing.T) {
	t.Parallel()
	o := testOptions(t)
	requireUsage(t, Audit(t.Context(), o, io.Discard), "no data of towpath-dev", o.Data, "--data")
	_, err := os.Stat(o.Data)
	require.ErrorIs(t, err, os.ErrNotExist)
	earlier(t, o)
	require.NoError(t, os.Remove(filepath.Join(o.Data, storeFile)))
	requireUsage(t, Audit(t.Context(), o, io.Discard), "no data of towpath-dev")
}
