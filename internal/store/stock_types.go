package store

import (
	"time"

	"github.com/towpath/towpath/internal/stock"
)

// StockChange is a movement that no order causes. Key makes it happen once.
type StockChange struct {
	Key      string     `json:"key"`
	SKU      string     `json:"sku"`
	Location string     `json:"location"`
	Kind     stock.Kind `json:"kind"`           // Opening, Receipt, Adjust, Count or Move
	Quantity int        `json:"quantity"`       // change of on hand, negative only for Adjust and Move; of a Count what was found
	By       string     `json:"by,omitempty"`   // who asked for it
	Note     string     `json:"note,omitempty"` // why

	// Of a Count: when it was right (zero: now), and what it counts (empty: what is on hand).
	AsOf  time.Time   `json:"asOf,omitzero"`
	Means stock.Means `json:"means,omitempty"`

	Cause stock.Cause `json:"-"` // why levels are to be sent again; empty: ByStock, or ByCount for a Count
}

// StockDone says what ApplyStock did.
type StockDone struct {
	Changes     []StockChanged `json:"changes"` // in the order in which they were asked for, each key once
	Backordered []Backordered  `json:"backordered"`
	Dirty       []string       `json:"dirty"` // accounts that have dirty levels now, if it made any
}

// StockChanged is what became of one change. Was and Now are on hand before and after it.
type StockChanged struct {
	StockChange
	Was     int       `json:"was"`
	Now     int       `json:"now"`
	Free    int       `json:"free"`              // after all changes of the call
	DoneAt  time.Time `json:"doneAt,omitzero"`   // it was done then, under the same key: nothing moved now
	Refused string    `json:"refused,omitempty"` // why a count can't be: nothing moved
	Kept    string    `json:"kept,omitempty"`    // why what is there stands, as it is newer: nothing moved
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
