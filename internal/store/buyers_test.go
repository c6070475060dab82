package store_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/postgrestest"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/storetest"
)

var larkmoor = order.Buyer{Name: "Ada Larkmoor", Email: "ada@larkmoor.example", Phone: "+44 1632 960001", Line1: "1 Canary Lane", Line2: "Flat 7",
	City: "Netherlock", Region: "Lockshire", PostalCode: "ZZ1 1ZZ", CountryCode: "GB",
	Note: "Ring at the Towerbell", LineNotes: []order.LineNote{{LineID: "1", Gift: "Yours, Quillon", Text: "Engraving: Brambleton"}}}

// canaries are the words of larkmoor that may be nowhere in clear.
var canaries = []string{"Larkmoor", "larkmoor.example", "960001", "Canary Lane", "Flat 7", "Netherlock", "Lockshire", "ZZ1 1ZZ", "Towerbell", "Quillon", "Brambleton"}

// bought saves an order of larkmoor's and returns its row.
func bought(t testing.TB, s *store.Store, id string, minute int) (order.Snapshot, int64) {
	t.Helper()
	o := sale("ebay-uk", id, minute, units("mug", 1))
	b := larkmoor
	o.Buyer = &b
	save(t, s, "ebay-uk", o)
	return o, rowID(t, s, "ebay-uk", id)
}

func opened(t testing.TB, s *store.Store, row int64) (b order.Buyer, known bool) {
	t.Helper()
	found, err := s.Buyers.Open(context.Background(), []int64{row})
	require.NoError(t, err)
	b, known = found[row]
	return b, known
}

// everything returns all rows of all tables as text.
func everything(t *testing.T, s *store.Store) string {
	t.Helper()
	var all strings.Builder
	list := `SELECT name FROM sqlite_master WHERE type = 'table'`
	row := func(table string) string { return `SELECT * FROM "` + table + `"` }
	if s.Read(ctx, `SELECT 1 FROM pg_class LIMIT 1`, func(*sql.Rows) error { return nil }) == nil {
		list = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
	}
	var tables []string
	require.NoError(t, s.Read(ctx, list, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		tables = append(tables, name)
		return err
	}))
	require.Greater(t, len(tables), 20)
	for _, table := range tables {
		if table == "goose_db_version" { // its times may have the digits that are searched for
			continue
		}
		require.NoError(t, s.Read(ctx, row(table), func(rows *sql.Rows) error {
			columns, err := rows.Columns()
			require.NoError(t, err)
			values := make([]sql.NullString, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			err = rows.Scan(into...)
			for _, v := range values {
				all.WriteString(v.String + "\x00")
			}
			return err
		}))
	}
	return all.String()
}

func TestABuyerIsInNoTableInClear(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "mug")
		receive(t, s, "open", "mug", 10)
		o, row := bought(t, s, "1", 1)
		b, known := opened(t, s, row)
		require.True(t, known)
		require.Equal(t, larkmoor, b)

		before := everything(t, s)
		require.Contains(t, before, o.Lines[0].Title, "the search finds what is there")
		for _, word := range canaries {
			require.NotContains(t, before, word)
		}

		o.Buyer.Line1, o.UpdatedAt = "2 Canary Lane", o.UpdatedAt.Add(time.Minute)
		sealed := sealedTexts(t, s)
		save(t, s, "ebay-uk", o)
		require.NotEqual(t, sealed, sealedTexts(t, s))
		b, _ = opened(t, s, row)
		require.Equal(t, "2 Canary Lane", b.Line1)
	})
}

// Nothing of a buyer is in any file of the store: tables, indexes, logs, temporary files. The title of a line, which is no secret,
// shows that the search finds what is there.
func TestABuyerIsInNoFileInClear(t *testing.T) {
	t.Parallel()
	mark := strings.ToLower(rand.Text())
	o := sale("ebay-uk", "1", 1, order.SnapshotLine{SKU: "mug", Title: "titled-" + mark, Quantity: 1})
	o.Buyer = &order.Buyer{Name: "name-" + mark, Email: "email-" + mark, Phone: "phone-" + mark, Line1: "line1-" + mark, Line2: "line2-" + mark,
		City: "city-" + mark, Region: "region-" + mark, PostalCode: "code-" + mark, CountryCode: "GB",
		Note: "note-" + mark, LineNotes: []order.LineNote{{LineID: "1", Gift: "gift-" + mark, Text: "text-" + mark}}}
	use := func(t *testing.T, s *store.Store) {
		link(t, s, "mug")
		receive(t, s, "open", "mug", 10)
		save(t, s, "ebay-uk", o)
		_, err := s.Buyers.Find(ctx, "email-"+mark, 10)
		require.NoError(t, err)
		e, err := s.Packages.StartExport(ctx, packages.ExportRequest{Format: "csv", By: "ann", File: "x.csv", Limit: 10})
		require.NoError(t, err)
		page, err := s.Packages.ExportedOrders(ctx, e.ID, 0, 10, "ann")
		require.NoError(t, err)
		require.Equal(t, *o.Buyer, page[0].Buyer)
	}
	secrets := []string{"name-" + mark, "email-" + mark, "phone-" + mark, "line1-" + mark, "line2-" + mark, "city-" + mark, "region-" + mark, "code-" + mark, "note-" + mark, "gift-" + mark,
		"text-" + mark}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		use(t, storetest.Fresh(t, "sqlite:"+filepath.Join(dir, "store.db")))
		titles := 0
		require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			titles += strings.Count(string(text), "titled-"+mark)
			for _, word := range secrets {
				require.NotContains(t, string(text), word, path)
			}
			return nil
		}))
		require.Positive(t, titles)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := postgrestest.URL(t)
		use(t, storetest.Fresh(t, url))
		require.Empty(t, postgrestest.Search(t, url, secrets))
		require.NotEmpty(t, postgrestest.Search(t, url, []string{"titled-" + mark}))
	})
}

// A record is written again only if it was changed: the channel shows most orders several times.
func TestAnUnchangedBuyerIsNotSealedAgain(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		o, _ := bought(t, s, "1", 1)
		sealed := sealedTexts(t, s)
		require.Len(t, sealed, 1)
		o.UpdatedAt, o.ChannelStatus = o.UpdatedAt.Add(time.Minute), "paid"
		save(t, s, "ebay-uk", o)
		require.Equal(t, sealed, sealedTexts(t, s))
	})
}

// A channel that has removed the address goes on showing the note: the address that is needed stays.
func TestAnAddressIsNotReplacedByANote(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		o, row := bought(t, s, "1", 1)
		o.UpdatedAt, o.Buyer = o.UpdatedAt.Add(time.Minute), &order.Buyer{Note: larkmoor.Note}
		save(t, s, "ebay-uk", o)
		b, _ := opened(t, s, row)
		require.Equal(t, larkmoor, b)

		collected := sale("ebay-uk", "2", 1, units("mug", 1))
		collected.Buyer = &order.Buyer{Note: "First"}
		save(t, s, "ebay-uk", collected)
		collected.UpdatedAt, collected.Buyer = collected.UpdatedAt.Add(time.Minute), &order.Buyer{Note: "Second"}
		save(t, s, "ebay-uk", collected)
		row = rowID(t, s, "ebay-uk", "2")
		b, _ = opened(t, s, row)
		require.Equal(t, "Second", b.Note)
		masked, err := s.Buyers.Masked(ctx, row)
		require.NoError(t, err)
		require.Equal(t, "has a note", masked)
	})
}

func sealedTexts(t *testing.T, s *store.Store) (texts []string) {
	t.Helper()
	require.NoError(t, s.Read(ctx, `SELECT sealed FROM buyers ORDER BY order_id`, func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		texts = append(texts, text)
		return err
	}))
	return texts
}

func keyIDs(t *testing.T, s *store.Store) (ids []string) {
	t.Helper()
	require.NoError(t, s.ReadKeys(ctx, `SELECT id FROM buyer_keys WHERE id <> 'search' ORDER BY id`, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}))
	return ids
}

// Who is forgotten stays so when the channel shows the order again, even with another address; the order goes on.
func TestAForgottenBuyerStaysForgotten(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		o, row := bought(t, s, "1", 1)
		_, other := bought(t, s, "2", 2)
		found, err := s.Buyers.Find(ctx, " ADA@larkmoor.example", 10)
		require.NoError(t, err)
		require.Equal(t, []int64{other, row}, found)

		o.Buyer.Line2, o.UpdatedAt = "Flat 7b", o.UpdatedAt.Add(time.Minute)
		save(t, s, "ebay-uk", o)
		require.Len(t, keyIDs(t, s), 3, "a backup may have the record as it was, with its earlier key")
		act := buyers.Act{By: "ann", What: buyers.Forgotten, Reason: "the buyer asked"}
		n, err := s.Buyers.Forget(ctx, []int64{row}, act)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		n, err = s.Buyers.Forget(ctx, []int64{row}, act)
		require.NoError(t, err)
		require.Zero(t, n, "once")
		require.Len(t, keyIDs(t, s), 1)

		o.Buyer.Line1, o.UpdatedAt = "2 Canary Lane", o.UpdatedAt.Add(time.Minute)
		save(t, s, "ebay-uk", o)
		b, _ := opened(t, s, row)
		require.Equal(t, order.Buyer{CountryCode: "GB"}, b)
		found, err = s.Buyers.Find(ctx, "ada@larkmoor.example", 10)
		require.NoError(t, err)
		require.Equal(t, []int64{other}, found)
		require.Equal(t, order.Open, detail(t, s, "ebay-uk", "1").State)

		views, err := s.Buyers.Views(ctx, buyers.ViewFilter{Order: row})
		require.NoError(t, err)
		require.Len(t, views, 1)
		require.Equal(t, "ann", views[0].By)
		require.Equal(t, buyers.Forgotten, views[0].What)
		require.Equal(t, "the buyer asked", views[0].Reason)
		require.Equal(t, "#1", views[0].Reference)
	})
}

// Who sees a buyer is in the log: a person who asks, and who writes a file for packing.
func TestWhoSeesABuyerIsNoted(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "mug")
		receive(t, s, "open", "mug", 10)
		_, row := bought(t, s, "1", 1)
		shown, err := s.Buyers.Show(ctx, []int64{row}, buyers.Act{By: "ann", What: buyers.Shown, Reason: "she called"})
		require.NoError(t, err)
		require.Equal(t, larkmoor, shown[row])

		e, err := s.Packages.StartExport(ctx, packages.ExportRequest{Format: "csv", By: "bob", File: "x.csv", Limit: 10})
		require.NoError(t, err)
		page, err := s.Packages.ExportedOrders(ctx, e.ID, 0, 10, "bob")
		require.NoError(t, err)
		require.Equal(t, larkmoor, page[0].Buyer)

		views, err := s.Buyers.Views(ctx, buyers.ViewFilter{})
		require.NoError(t, err)
		require.Len(t, views, 2)
		require.Equal(t, []string{"bob exported export 1", "ann shown she called"},
			[]string{views[0].By + " " + string(views[0].What) + " " + views[0].Reason, views[1].By + " " + string(views[1].What) + " " + views[1].Reason})
		rest, err := s.Buyers.Views(ctx, buyers.ViewFilter{Before: views[0].ID, Limit: 1})
		require.NoError(t, err)
		require.Equal(t, views[1:], rest)
	})
}

// Records of orders that are over expire, the oldest first; those of open orders stay.
func TestRecordsExpireWhenTheirOrdersAreOver(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "mug")
		receive(t, s, "open", "mug", 10)
		_, open := bought(t, s, "1", 1)
		done, over := bought(t, s, "2", 2)
		done.UpdatedAt, done.Lines[0].Shipped, done.Fulfilment = done.UpdatedAt.Add(time.Hour), 1, order.FulfilmentShipped
		save(t, s, "ebay-uk", done)
		require.Equal(t, order.Completed, detail(t, s, "ebay-uk", "2").State)

		n, err := s.Buyers.Expire(ctx, channel.EBay, time.Hour, 10)
		require.NoError(t, err)
		require.Zero(t, n, "not yet")
		n, err = s.Buyers.Expire(ctx, channel.Amazon, -time.Hour, 10)
		require.NoError(t, err)
		require.Zero(t, n, "another channel")
		n, err = s.Buyers.Expire(ctx, channel.EBay, -time.Hour, 10) // an hour from now
		require.NoError(t, err)
		require.Equal(t, 1, n)
		b, _ := opened(t, s, over)
		require.Empty(t, b.Name)
		b, _ = opened(t, s, open)
		require.Equal(t, larkmoor, b)
		require.Len(t, keyIDs(t, s), 1)
	})
}

// An order that was over when it was first seen, as in a backfill, arrives without its buyer.
func TestAnOldOrderArrivesWithoutItsBuyer(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		o := sale("ebay-uk", "1", 1, units("mug", 1))
		b := larkmoor
		o.Buyer, o.Fulfilment, o.Lines[0].Shipped = &b, order.FulfilmentShipped, 1
		save(t, s, "ebay-uk", o)
		require.Equal(t, order.Skipped, detail(t, s, "ebay-uk", "1").State)
		_, known := opened(t, s, rowID(t, s, "ebay-uk", "1"))
		require.False(t, known)
	})
}

// The key of the environment is replaced: both are set, all keys are wrapped anew, and the old one is removed.
func TestTheKeyOfTheEnvironmentIsReplaced(t *testing.T) {
	t.Parallel()
	for name, address := range storetest.Openers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, newer := address(t), keyring.New()
			_, row := bought(t, storetest.Fresh(t, url), "1", 1)
			open := func(keys string) *store.Store {
				ring, err := keyring.Parse(buyer.Setting, keys)
				require.NoError(t, err)
				s, err := store.Open(ctx, url, ring)
				require.NoError(t, err)
				t.Cleanup(func() { _ = s.Close() })
				return s
			}
			_, err := open(newer).Buyers.Open(ctx, []int64{row})
			require.ErrorIs(t, err, buyer.ErrOtherKey)
			batches := 0
			n, err := open(newer+","+keyring.PublicKey).Buyers.Rewrap(ctx, func(int) { batches++ })
			require.NoError(t, err)
			require.Equal(t, 2, n, "the record's key and that of the hashes")
			require.Equal(t, 1, batches)
			b, _ := opened(t, open(newer), row)
			require.Equal(t, larkmoor, b)
			found, err := open(newer).Buyers.Find(ctx, larkmoor.Email, 1)
			require.NoError(t, err)
			require.Equal(t, []int64{row}, found)
		})
	}
}

// Without a key nothing of a buyer is saved in clear: the page is refused, and it says what to do. All else works.
func TestWithoutAKeyNoBuyerIsSaved(t *testing.T) {
	t.Parallel()
	for name, address := range storetest.Openers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := address(t)
			storetest.Fresh(t, url)
			s, err := store.Open(ctx, url, nil)
			require.NoError(t, err)
			t.Cleanup(func() { _ = s.Close() })
			o := sale("ebay-uk", "1", 1, units("mug", 1))
			_, err = s.Orders.SavePage(ctx, pageOf("ebay-uk", o))
			require.ErrorIs(t, err, buyer.ErrNoKey)
			o.Buyer = nil
			_, err = s.Orders.SavePage(ctx, pageOf("ebay-uk", o))
			require.NoError(t, err)
		})
	}
}

// What an earlier version saved in clear is sealed at the next start, and the clear rows are gone.
func TestBuyersOfAnOlderStoreAreSealed(t *testing.T) {
	t.Parallel()
	for name, address := range storetest.Openers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := address(t)
			s := storetest.Fresh(t, url)
			o := sale("ebay-uk", "1", 1, units("mug", 1))
			o.Buyer = nil
			save(t, s, "ebay-uk", o)
			row := rowID(t, s, "ebay-uk", "1")
			require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO order_buyers (order_id, name, email, phone, line1, line2, city, region, postal_code, country_code, changed_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 77)`, row, larkmoor.Name, larkmoor.Email, larkmoor.Phone, larkmoor.Line1, larkmoor.Line2,
				larkmoor.City, larkmoor.Region, larkmoor.PostalCode, larkmoor.CountryCode))
			bare, err := store.Open(ctx, url, nil)
			require.NoError(t, err)
			t.Cleanup(func() { _ = bare.Close() })
			require.ErrorIs(t, bare.Migrate(ctx), buyer.ErrNoKey)

			require.NoError(t, s.Buyers.SealClear(ctx))
			require.NotEmpty(t, filed(t, url, "Canary Lane"), "the process dies here: the clear rows are deleted and still in the file")
			require.NoError(t, bare.Migrate(ctx), "the next start finishes it; it needs no key")
			b, _ := opened(t, s, row)
			was := larkmoor // earlier versions read no notes
			was.Note, was.LineNotes = "", nil
			require.Equal(t, was, b)
			for _, word := range canaries {
				require.NotContains(t, everything(t, s), word)
			}
			changed := 0
			require.NoError(t, s.Read(ctx, `SELECT changed_at FROM buyers`, func(rows *sql.Rows) error { return rows.Scan(&changed) }))
			require.Equal(t, 77, changed)
			require.Empty(t, filed(t, url, "Canary Lane"))
			require.NoError(t, s.Read(ctx, `SELECT name FROM shreds`, func(*sql.Rows) error { t.Error("not noted as done"); return nil }))
		})
	}
}

// filed returns the files of the store that hold a word: for PostgreSQL those of the old table.
func filed(t *testing.T, url, word string) (found []string) {
	t.Helper()
	path, ok := strings.CutPrefix(url, "sqlite:")
	if !ok {
		return postgrestest.SearchTable(t, url, "order_buyers", word)
	}
	for _, file := range []string{path, path + "-wal", path + ".keys", path + ".keys-wal"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if strings.Contains(string(text), word) {
			found = append(found, file)
		}
	}
	return found
}

// A key ends after the longest time, whatever its order does: also one whose record was never written because the process died
// between the two, and one of a forgotten buyer that came back with a copy of the keys.
func TestNoKeyLivesForEver(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		const year = 365 * 24 * time.Hour
		_, old := bought(t, s, "1", 1)
		_, forgotten := bought(t, s, "2", 2)
		_, young := bought(t, s, "3", 3)
		_, err := s.Buyers.Forget(ctx, []int64{forgotten}, buyers.Act{By: "ann", What: buyers.Forgotten})
		require.NoError(t, err)
		require.NoError(t, s.WriteKeys(ctx, "age", func(ctx context.Context, t *db.Tx) error {
			for _, text := range []string{`UPDATE buyer_keys SET created_at = created_at - $2 WHERE order_id IN (0, $1)`,
				`INSERT INTO buyer_keys (id, order_id, wrapped, created_at) VALUES ('came back', $1, 'x', $2)`,
				`INSERT INTO buyer_keys (id, order_id, wrapped, created_at) VALUES ('never used', $1, 'x', $2)`} {
				order, second := old, (year + time.Hour).Microseconds()
				if strings.Contains(text, "INSERT") {
					order, second = forgotten, t.Now-second
				}
				if strings.Contains(text, "never") {
					order = 4711
				}
				if _, err := t.Exec(ctx, text, order, second); err != nil {
					return err
				}
			}
			return nil
		}))
		n, err := s.Buyers.ExpireKeys(ctx, 2*year, 10)
		require.NoError(t, err)
		require.Zero(t, n)
		for _, want := range []int{2, 1, 0} { // in bounded batches
			n, err = s.Buyers.ExpireKeys(ctx, year, 2)
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		require.Len(t, keyIDs(t, s), 1)
		b, _ := opened(t, s, young)
		require.Equal(t, larkmoor, b, "the key of hashes does not age")
		b, _ = opened(t, s, old)
		require.Equal(t, order.Buyer{CountryCode: "GB"}, b)
		views, err := s.Buyers.Views(ctx, buyers.ViewFilter{Order: old})
		require.NoError(t, err)
		require.Equal(t, buyers.Expired, views[0].What)
	})
}

// A page that was read before a buyer was forgotten does not bring him back.
func TestAPageInFlightDoesNotBringAForgottenBuyerBack(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		_, row := bought(t, s, "1", 1)
		_, err := s.Buyers.Forget(ctx, []int64{row}, buyers.Act{By: "ann", What: buyers.Forgotten})
		require.NoError(t, err)
		sealer, err := s.Buyers.Sealer(ctx)
		require.NoError(t, err)
		stop := errors.New("stop")
		err = s.Write(ctx, "save", func(ctx context.Context, tx *db.Tx) error {
			require.ErrorIs(t, buyers.Save(ctx, tx, sealer, []buyers.Record{{OrderID: row, Account: "ebay-uk", ID: "1", Shown: larkmoor, Before: &order.KnownBuyer{}}}), db.ErrConflict)
			return stop
		})
		require.ErrorIs(t, err, stop)
		b, _ := opened(t, s, row)
		require.Empty(t, b.Name)
	})
}

// What is held of a buyer is found within one account, by the orders that are named and by keyed hashes of e-mail and phone.
func TestWhatIsHeldOfABuyerIsFoundWithinAnAccount(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		_, first := bought(t, s, "1", 1)
		_, second := bought(t, s, "2", 2)
		other := sale("ebay-uk", "3", 3, units("mug", 1))
		other.Buyer = &order.Buyer{Name: "Eve", Phone: "0161 496 0001"}
		save(t, s, "ebay-uk", other)
		elsewhere := sale("amazon-uk", "1", 1, units("mug", 1))
		b := larkmoor
		elsewhere.Buyer = &b
		save(t, s, "amazon-uk", elsewhere)
		third := rowID(t, s, "ebay-uk", "3")
		_, err := s.Buyers.Forget(ctx, []int64{second}, buyers.Act{By: "ann", What: buyers.Forgotten})
		require.NoError(t, err)
		for name, c := range map[string]struct {
			held buyers.Held
			want []int64
		}{
			"e-mail": {buyers.Held{Email: "ADA@larkmoor.example"}, []int64{first}}, "phone": {buyers.Held{Phone: "1614960001"}, []int64{third}},
			"orders": {buyers.Held{OrderIDs: []string{"3", "2", "9"}}, []int64{third}}, "nothing": {buyers.Held{}, nil},
			"all":     {buyers.Held{OrderIDs: []string{"1"}, Email: "ada@larkmoor.example", Phone: "1614960001"}, []int64{first, third}},
			"a batch": {buyers.Held{OrderIDs: []string{"1", "3"}, Limit: 1}, []int64{first}},
		} {
			c.held.Account = "ebay-uk"
			found, err := s.Buyers.Held(ctx, c.held)
			require.NoError(t, err)
			var rows []int64
			for _, o := range found {
				require.Equal(t, "ebay-uk", o.Account)
				rows = append(rows, o.RowID)
			}
			require.Equal(t, c.want, rows, name)
		}
		all, err := s.Buyers.HeldOf(ctx, "ebay-uk", 10)
		require.NoError(t, err)
		require.Len(t, all, 2)
		require.Equal(t, "#1", all[0].Reference)
	})
}

// A backup of the store is restored without the keys, as docs/operating.md says to make it: it shows no buyer. All else is there.
func TestARestoredBackupWithoutKeysShowsNoBuyer(t *testing.T) {
	t.Parallel()
	check := func(t *testing.T, s *store.Store) {
		row := rowID(t, s, "ebay-uk", "1")
		b, known := opened(t, s, row)
		require.True(t, known)
		require.Equal(t, order.Buyer{CountryCode: "GB"}, b)
		require.Equal(t, "#1", detail(t, s, "ebay-uk", "1").Reference)
	}
	restored := func(t *testing.T, url string) *store.Store {
		s, err := store.Open(ctx, url, keyring.ForSimulations())
		require.NoError(t, err)
		t.Cleanup(func() { _ = s.Close() })
		require.NoError(t, s.Migrate(ctx))
		return s
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		file := filepath.Join(t.TempDir(), "store.db")
		s := storetest.Fresh(t, "sqlite:"+file)
		bought(t, s, "1", 1)
		backup := filepath.Join(t.TempDir(), "backup.db")
		require.NoError(t, s.Close()) // all is in the file
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(backup, text, 0o600))
		check(t, restored(t, "sqlite:"+backup))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		from, to := postgrestest.URL(t), postgrestest.URL(t)
		bought(t, storetest.Fresh(t, from), "1", 1)
		bin, err := filepath.Glob("/usr/lib/postgresql/*/bin")
		require.NoError(t, err)
		if len(bin) == 0 && os.Getenv("CI") == "" {
			t.Skip("pg_dump is not installed")
		}
		require.NotEmpty(t, bin)
		dump, err := exec.CommandContext(ctx, filepath.Join(bin[len(bin)-1], "pg_dump"), "--no-owner", "--exclude-table-data=*.buyer_keys", from).Output()
		require.NoError(t, err)
		load := exec.CommandContext(ctx, filepath.Join(bin[len(bin)-1], "psql"), "-q", "-v", "ON_ERROR_STOP=1", to)
		load.Stdin = strings.NewReader(string(dump))
		out, err := load.CombinedOutput()
		require.NoError(t, err, "%s", out)
		check(t, restored(t, to))
	})
}
