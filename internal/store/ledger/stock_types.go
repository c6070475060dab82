package ledger

import (
	"time"

	"github.com/towpath/towpath/internal/stock"
)

// StockDone says what ApplyStock did.
type StockDone struct {
	Changes     []stock.Changed `json:"changes"` // in the order in which they were asked for, each key once
	Backordered []Backordered   `json:"backordered"`
	Dirty       []string        `json:"dirty"` // accounts that have dirty levels now, if it made any
}

// Backordered are units of an order that had stock and lost it, because it turned out not to be there.
type Backordered struct {
	Account   string `json:"account"`
	Reference string `json:"reference"`
	LineID    string `json:"lineId"`
	SKU       string `json:"sku"`
	Units     int    `json:"units"` // of the line's own SKU
}

// StockRow is the level of a SKU at a location.
type StockRow struct {
	SKU      string `json:"sku"`
	Title    string `json:"title"`
	Location string `json:"location"`
	stock.Level
	Short int `json:"short"` // backordered: units of open orders without stock
}

// Movement is one row of the stock ledger. OnHand and Reserved are changes.
type Movement struct {
	ID        int64      `json:"id"`
	SKU       string     `json:"sku"`
	Location  string     `json:"location"`
	Kind      stock.Kind `json:"kind"`
	OnHand    int        `json:"onHand"`
	Reserved  int        `json:"reserved"`
	Told      int        `json:"told"`              // the figure as it was told; of a count what was found
	Account   string     `json:"account,omitempty"` // of the order that caused it
	Reference string     `json:"reference,omitempty"`
	Package   string     `json:"package,omitempty"`
	By        string     `json:"by,omitempty"`
	Note      string     `json:"note,omitempty"`
	At        time.Time  `json:"at"`
	AsOf      time.Time  `json:"asOf,omitzero"` // when a count was right
}
