package levels

import (
	"context"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// SavePushes saves the outcomes of sent levels. An accepted level is clean unless it has changed since. A refused level is not
// sent again until it changes or RetryPushes is called; one that did not reach the channel stays dirty and is not counted.
// Repeating the call only saves its calls again.
func (s *Store) SavePushes(ctx context.Context, account, runID string, pushes []Push, calls ...runs.Call) (message.PushCounts, error) {
	var counts message.PushCounts
	err := s.Write(ctx, "save pushes of "+account, func(ctx context.Context, t *db.Tx) error {
		var err error
		counts, err = savePushes(ctx, t, account, runID, pushes, calls)
		return err
	})
	return counts, err
}

func savePushes(ctx context.Context, t *db.Tx, account, runID string, pushes []Push, calls []runs.Call) (message.PushCounts, error) {
	s := &pushesSave{Tx: t, account: account, runID: runID}
	var err error
	s.tracks, err = lockTracks(ctx, t, `o.account = CAST($2 AS TEXT) AND o.channel_sku = r.value`,
		db.RowsBy(pushes, func(p Push) string { return p.ChannelSKU }), account)
	if err != nil {
		return message.PushCounts{}, err
	}
	for _, p := range pushes {
		s.answer(p)
	}
	return s.counts, s.write(ctx, pushes, calls)
}

// pushesSave is one attempt to save the outcomes of sent levels.
type pushesSave struct {
	*db.Tx
	account, runID string
	tracks         map[string]stock.Track
	changed        []linkTrack
	ahead          []markedRow
	refused        []refusedRow
	faults         []*channel.Fault
	items          []runs.Item
	counts         message.PushCounts
	lags           []time.Duration
}

// answer applies one outcome.
func (s *pushesSave) answer(p Push) {
	item := runs.Item{RunID: s.runID, Type: "level", Reference: p.ChannelSKU, Status: runs.ItemDone, RequestID: p.RequestID, At: db.At(s.Now)}
	if p.Fault != nil {
		item.Status, item.FaultID = runs.ItemError, p.Fault.ID
		s.faults = append(s.faults, p.Fault)
	}
	switch {
	case p.Stale && p.Fault == nil:
		item.Status, item.Reason = runs.ItemPending, loweredReason
	case p.Stale:
		item.Status, item.Reason = runs.ItemPending, staleReason
	case !p.UsedUpAt.IsZero():
		item.Status, item.Reason = runs.ItemPending, usedUpReason
	}
	track := s.tracks[p.ChannelSKU]
	sent := track.Sent(p.sending())
	if lag, accepted := track.Lagged(s.tracks[p.ChannelSKU]); accepted {
		s.lags = append(s.lags, lag)
	}
	if track != s.tracks[p.ChannelSKU] {
		s.changed = append(s.changed, linkTrack{p.ChannelSKU, TrackRow(track)})
	}
	switch sent {
	case stock.SentUnknown:
		return
	case stock.SentPushed:
		s.counts.Pushed++
	case stock.SentSuperseded:
		s.counts.Superseded++
	case stock.SentRefused:
		s.counts.Failed++
		s.refused = append(s.refused, refusedRow{p.ChannelSKU, incident.CodeOf(p.Fault.Code, string(p.Fault.Class))})
	case stock.SentAhead:
		s.ahead = append(s.ahead, markedRow{p.ChannelSKU, p.Version})
		item.Status, item.Reason = runs.ItemPending, aheadReason
	case stock.SentPassing, stock.SentLater, stock.SentLowered:
	}
	s.items = append(s.items, item)
}

func (s *pushesSave) write(ctx context.Context, pushes []Push, calls []runs.Call) error {
	if err := runs.SaveFaults(ctx, s.Tx, s.account, s.faults); err != nil {
		return err
	}
	if err := writeTracks(ctx, s.Tx, s.account, s.changed); err != nil {
		return err
	}
	if err := saveRefused(ctx, s.Tx, s.account, s.refused, s.changed); err != nil {
		return err
	}
	if len(s.ahead) > 0 {
		if err := markPending(ctx, s.Tx, s.account, "ahead_version", db.RowsOf(s.ahead)); err != nil {
			return err
		}
	}
	if err := saveUsedUp(ctx, s.Tx, s.account, pushes); err != nil {
		return err
	}
	if err := saveLocated(ctx, s.Tx, s.account, pushes); err != nil {
		return err
	}
	if err := insertPushes(ctx, s.Tx, s.account, s.runID, pushes); err != nil {
		return err
	}
	if err := runs.SaveItems(ctx, s.Tx, s.items); err != nil {
		return err
	}
	if err := saveLags(ctx, s.Tx, s.account, s.lags); err != nil {
		return err
	}
	return runs.SaveCalls(ctx, s.Tx, calls)
}

// sending returns a push in the form that the rules use.
func (p Push) sending() stock.Sending {
	return stock.Sending{Version: p.Version, Quantity: p.Quantity, SentAt: db.Micro(p.SentAt), AckedAt: db.Micro(p.AckedAt),
		Failed: p.Fault != nil, Permanent: p.Fault != nil && p.Fault.Permanent(), Stale: p.Stale, Seen: p.Seen, ScanFrom: db.Micro(p.ScanFrom), Ahead: p.Ahead,
		UsedUp: !p.UsedUpAt.IsZero(), Until: db.Micro(p.Until), Used: p.Used}
}

// The reasons of levels that wait: for a scan of orders (after it was refused, or sent lower: stock.Lowered), for the channel's next day, and for the feed that overwrites them.
const (
	usedUpReason  = "the channel takes no more revisions of the listing today: it is sent again every hour until the channel takes it"
	staleReason   = "the channel has another quantity than we last saw: orders are read before it is overwritten"
	loweredReason = "the channel's buyers bought units that we have not seen: it lists that many less, and the exact level follows when orders are read"
	aheadReason   = "sent ahead of the feed that has it too: it is sent again when the channel has finished that feed"
)

// pushRow has the columns of pushes that a push sets.
type pushRow struct {
	ChannelSKU string    `db:"channel_sku"`
	Version    int64     `db:"version"`
	SentAt     time.Time `db:"sent_at"`
	AckedAt    time.Time `db:"acked_at"`
	Quantity   int       `db:"quantity"`
	FaultID    string    `db:"fault_id"`
	RequestID  string    `db:"request_id"`
}

func rowOfPush(p Push) pushRow {
	row := pushRow{ChannelSKU: p.ChannelSKU, Version: p.Version, SentAt: p.SentAt, AckedAt: p.AckedAt, Quantity: p.Quantity, RequestID: p.RequestID}
	if p.Fault != nil {
		row.FaultID = p.Fault.ID
	}
	return row
}

func insertPushes(ctx context.Context, t *db.Tx, account, runID string, pushes []Push) error {
	if len(pushes) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO pushes ({{columns 1}}, account, run_id) SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS TEXT) FROM {{rows 1}} WHERE true
		ON CONFLICT (account, channel_sku, version, sent_at) DO NOTHING`, db.RowsBy(pushes, rowOfPush), account, runID)
	return err
}
