package starter

import (
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/ledger"
)

// StockFile is a file of quantities to be imported, and what it leaves open.
type StockFile struct {
	Path      string
	Means     stock.Means       // what its figures are; empty: as the file says
	AsOf      time.Time         // when they were right; zero: now, which an available figure can't be
	Location  string            // of rows without one; empty: the only one there is
	Locations map[string]string // the file's names of locations, and ours
	By        string
	DryRun    bool
	SkipBad   bool // the good rows go in alone
	Progress  func(done, all int)
}

// StockImported says what an import did, or with DryRun would do.
type StockImported struct {
	File     string      `json:"file"`
	Format   string      `json:"format"` // what it was taken for
	Encoding string      `json:"encoding"`
	Used     []string    `json:"used"` // columns
	Left     []string    `json:"left"` // columns that were left out
	Means    stock.Means `json:"means"`
	AsOf     time.Time   `json:"asOf"`

	Rows     int                 `json:"rows"`
	Changed  int                 `json:"changed"`
	Same     int                 `json:"same"`
	Skipped  int                 `json:"skipped"`
	Skips    []merchantfile.Skip `json:"skips"` // the first of them
	Wrong    int                 `json:"wrong"`
	Mistakes []catalogue.Mistake `json:"mistakes"` // the first of them
	Notes    []string            `json:"notes"`    // what was read otherwise than it stands
	Changes  []StockLine         `json:"changes"`  // what differs, old and new

	Backordered []ledger.Backordered `json:"backordered"`
	Unlinked    int                  `json:"unlinked"`         // units of open orders that no link ties to a SKU: an available figure leaves them out, unseen
	Before      *ledger.StockImport  `json:"before,omitempty"` // it was imported already: nothing was done
	DryRun      bool                 `json:"dryRun"`
	Stopped     bool                 `json:"stopped"` // by its mistakes: nothing was done
	Applied     bool                 `json:"applied"` // false: stopped, a dry run, or done before
	Warning     string               `json:"warning,omitempty"`
}

// StockLine is a level that an import changes. Was and Now are on hand.
type StockLine struct {
	Line     int    `json:"line"`
	SKU      string `json:"sku"`
	Location string `json:"location"`
	Told     int    `json:"told"` // the file's figure
	Was      int    `json:"was"`
	Now      int    `json:"now"`
}
