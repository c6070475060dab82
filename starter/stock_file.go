package starter

import (
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/ledger"
)

// StockFile is a file of quantities to import, with settings for what the file itself does not contain.
type StockFile struct {
	Path      string
	Means     stock.Means       // what its figures count; empty: as the file states
	AsOf      time.Time         // the time of its figures; zero: now, which is not allowed for available figures
	Location  string            // location of rows without one; empty: the only location
	Locations map[string]string // the file's names of locations, and Towpath's
	By        string
	DryRun    bool
	SkipBad   bool // import the good rows although others are wrong
	Progress  func(done, all int)
}

// StockImported is the result of an import, or with DryRun what it would do.
type StockImported struct {
	File     string      `json:"file"`
	Format   string      `json:"format"` // the recognised format
	Encoding string      `json:"encoding"`
	Used     []string    `json:"used"` // columns
	Left     []string    `json:"left"` // columns that were not used
	Means    stock.Means `json:"means"`
	AsOf     time.Time   `json:"asOf"`

	Rows     int                 `json:"rows"`
	Changed  int                 `json:"changed"`
	Same     int                 `json:"same"`
	Skipped  int                 `json:"skipped"`
	Skips    []merchantfile.Skip `json:"skips"` // the first of them
	Wrong    int                 `json:"wrong"`
	Mistakes []catalogue.Mistake `json:"mistakes"` // the first of them
	Notes    []string            `json:"notes"`    // values that were read differently from how they are written
	Changes  []StockLine         `json:"changes"`  // old and new values that differ

	Backordered []ledger.Backordered `json:"backordered"`
	Unlinked    int                  `json:"unlinked"`         // units of open orders without a link to a SKU: an available figure already leaves them out
	Before      *ledger.StockImport  `json:"before,omitempty"` // an earlier import of the same file: nothing was done
	DryRun      bool                 `json:"dryRun"`
	Stopped     bool                 `json:"stopped"` // stopped by mistakes: nothing was done
	Applied     bool                 `json:"applied"` // false: stopped, a dry run, or done before
	Warning     string               `json:"warning,omitempty"`
}

// StockLine is a level that an import changes. Was and Now are on hand.
type StockLine struct {
	Line     int    `json:"line"`
	SKU      string `json:"sku"`
	Location string `json:"location"`
	Stated   int    `json:"stated"` // the file's figure
	Was      int    `json:"was"`
	Now      int    `json:"now"`
}
