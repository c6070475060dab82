package buyers

import (
	"context"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Record is a buyer to be saved.
type Record struct {
	OrderID int64             // the order's row
	Account string            // the order's account and
	ID      string            // the channel's id of it: a record opens for no other order
	Shown   order.Buyer       //
	Before  *order.KnownBuyer // as he was saved before; nil: he was not
}

// row is a row of buyers.
type row struct {
	OrderID        int64  `db:"order_id"`
	KeyID          string `db:"key_id"`
	Sealed         string `db:"sealed"`
	EmailHash      string `db:"email_hash"`
	PhoneHash      string `db:"phone_hash"`
	NameHash       string `db:"name_hash"`
	PostalCodeHash string `db:"postal_code_hash"`
	AddressHash    string `db:"address_hash"`
	PlaceHash      string `db:"place_hash"`
	RecordHash     string `db:"record_hash"`
	CountryCode    string `db:"country_code"`
	ChangedAt      int64  `db:"changed_at"`
}

// about is what a record is authenticated with.
func about(account, orderID string) string { return account + "\x00" + orderID }

// clean is a buyer in texts that both databases, and files, can hold.
func clean(b order.Buyer) order.Buyer {
	out := order.Buyer{Name: db.Clean(b.Name), Email: db.Clean(b.Email), Phone: db.Clean(b.Phone), Line1: db.Clean(b.Line1), Line2: db.Clean(b.Line2),
		City: db.Clean(b.City), Region: db.Clean(b.Region), PostalCode: db.Clean(b.PostalCode), CountryCode: db.Clean(b.CountryCode), Note: db.Clean(b.Note)}
	for _, n := range b.LineNotes {
		out.LineNotes = append(out.LineNotes, order.LineNote{LineID: db.Clean(n.LineID), Gift: db.Clean(n.Gift), Text: db.Clean(n.Text)})
	}
	return out
}

// AddressHash returns the keyed hash of where a shown buyer gets an order, as it is saved.
func AddressHash(sealer *buyer.Sealer, shown order.Buyer) string {
	return sealer.Hashes(clean(shown)).Address
}

// Save saves buyers in a page's transaction: those that are new or were changed. The keys are written first, so that no record is
// without its key; a changed record gets a new one. One without an address does not replace one that has it.
// It returns db.ErrConflict when one of the buyers was forgotten since Before was read.
func Save(ctx context.Context, t *db.Tx, sealer *buyer.Sealer, list []Record) error {
	var rows []row
	var keys []keyRow
	for _, r := range list {
		shown := clean(r.Shown)
		hashes := sealer.Hashes(shown)
		if r.Before != nil && r.Before.Record == hashes.Record || r.Before.Loses(shown, hashes.Place) {
			continue
		}
		sealed, err := sealer.Seal(shown, about(r.Account, r.ID))
		if err != nil {
			return err
		}
		keys = append(keys, keyRow{sealed.Key.ID, r.OrderID, sealed.Key.Wrapped})
		rows = append(rows, row{r.OrderID, sealed.Key.ID, sealed.Text, hashes.Email, hashes.Phone, hashes.Name, hashes.PostalCode,
			hashes.Address, hashes.Place, hashes.Record, shown.CountryCode, r.Before.Becomes(hashes.Place, t.Now)})
	}
	if len(rows) == 0 {
		return nil
	}
	if err := t.WriteKeys(ctx, func(ctx context.Context, t *db.Tx) error { return insertKeys(ctx, t, keys) }); err != nil {
		return err
	}
	return t.ExecAll(ctx, len(rows), `INSERT INTO buyers ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}} WHERE true
		ON CONFLICT (order_id) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed, email_hash = excluded.email_hash,
			phone_hash = excluded.phone_hash, name_hash = excluded.name_hash, postal_code_hash = excluded.postal_code_hash, address_hash = excluded.address_hash,
			place_hash = excluded.place_hash, record_hash = excluded.record_hash, country_code = excluded.country_code,
			changed_at = excluded.changed_at WHERE buyers.forgotten_at = 0`, db.RowsOf(rows))
}
