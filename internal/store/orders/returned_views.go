package orders

import (
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// ReturnRow is a return in the inbox, with its line.
type ReturnRow struct {
	ID         int64            `json:"id"`
	Key        message.OrderKey `json:"key"`
	Reference  string           `json:"reference"` // of the order
	LineID     string           `json:"lineId"`
	SKU        string           `json:"sku,omitempty"` // empty: the line is not linked
	ChannelSKU string           `json:"channelSku"`
	Title      string           `json:"title"`
	Location   string           `json:"location"` // from which its units left
	Stage      order.Stage      `json:"stage"`
	Quantity   int              `json:"quantity"`
	Open       int              `json:"open"` // to be decided about
	Restocked  int              `json:"restocked"`
	WrittenOff int              `json:"writtenOff"`
	Earlier    int              `json:"earlier"` // taken back before the channel told of them
	Reason     string           `json:"reason,omitempty"`
	By         string           `json:"by,omitempty"` // who entered it; empty: the channel reports it
	ReportedAt time.Time        `json:"reportedAt"`
	ChangedAt  time.Time        `json:"changedAt"`
}
