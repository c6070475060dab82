package levels

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/db"
)

// toLeave returns the channel SKUs that a person means to leave: those named that have a link, or all of which somebody else sets the field. The level
// of a listing that is struck off is 0, and nobody else's: one that is named is a StruckOffError, of all it is left out.
func toLeave(ctx context.Context, t *db.Tx, account string, field listing.Field, channelSKUs []string) (skus []string, err error) {
	if len(channelSKUs) == 0 {
		skus, err = othersOf(ctx, t, account, field)
	} else {
		err = t.Query(ctx, `SELECT o.channel_sku FROM links o WHERE o.account = CAST($2 AS TEXT) AND o.channel_sku IN (SELECT r.value FROM {{rows 1}})
			ORDER BY o.channel_sku {{lock o}}`, scanText(&skus), db.Texts(channelSKUs), account)
	}
	if err != nil || field != listing.FieldLevel {
		return skus, err
	}
	var off []string // read once the links are locked, as Strike locks them too
	err = t.Query(ctx, `SELECT z.channel_sku FROM struck_off z WHERE z.account = CAST($2 AS TEXT) AND z.channel_sku IN (SELECT r.value FROM {{rows 1}})
		ORDER BY z.channel_sku`, scanText(&off), db.Texts(skus), account)
	if err == nil && len(off) > 0 && len(channelSKUs) > 0 {
		err = &StruckOffError{account, off}
	}
	return slices.DeleteFunc(skus, func(sku string) bool { return slices.Contains(off, sku) }), err
}

// StruckOffError is returned when the level of listings that are struck off was to be left to another tool.
type StruckOffError struct {
	Account     string
	ChannelSKUs []string // that are struck off
}

func (e *StruckOffError) Error() string {
	return fmt.Sprintf("struck off %s: %s", e.Account, strings.Join(e.ChannelSKUs, ", "))
}

// othersOf returns all channel SKUs of which somebody else sets a field.
func othersOf(ctx context.Context, t *db.Tx, account string, field listing.Field) (skus []string, err error) {
	if field == listing.FieldLevel {
		err = t.Query(ctx, `SELECT o.channel_sku FROM links o WHERE o.account = $1 AND o.contested_at > 0 ORDER BY o.channel_sku {{lock o}}`, scanText(&skus), account)
		return skus, err
	}
	err = t.Query(ctx, `SELECT d.channel_sku FROM field_drifts d JOIN links l ON l.account = d.account AND l.channel_sku = d.channel_sku
		WHERE d.account = $1 AND d.field = $2 AND d.ended_at = 0 ORDER BY d.channel_sku`, scanText(&skus), account, string(field))
	return skus, err
}
