package books

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// Published is everything about publications that an audit compares with the marketplaces' ledgers.
type Published struct {
	Items    []AuditItem                  // of variants, in the order in which they were made
	Pending  int                          // items of any kind, of any run
	Products map[string]catalogue.Product // by key: what the catalogue says now
	Of       map[string]string            // SKU to the key of its product
	Changed  map[string]time.Time         // by SKU: when the catalogue's entry of it, or of its product, changed last
	Links    []links.Link                 // of all accounts
	Accepted []AuditAccepted              // what channels accepted last
	Released []AuditRelease               // prices that people released, in that order
	Struck   []AuditStruck                // listings that are struck off
	Switched map[string]time.Time         // by account: when revise, end or relist were changed last
}

// AuditAccepted is what a channel accepted last of a SKU on an endpoint.
type AuditAccepted struct {
	Account  string
	Through  string // the account that spoke
	Endpoint channel.Endpoint
	SKU      string
	Price    listing.Price // not known: it was left to another tool, or accepted by an old version
	Item     int64         // with which it was accepted
}

// AuditRelease is a price that a person let through the price brake.
type AuditRelease struct {
	Account, SKU string
	Price        listing.Price
	At           time.Time
}

// AuditStruck is a listing that is struck off.
type AuditStruck struct {
	Account, ChannelSKU string
	At                  time.Time
	Doubtful            map[int]bool // quantities that were sent before and had no answer yet: the channel may carry them out late
}

// AuditItem is a variant's item of a run that was more than a dry one.
type AuditItem struct {
	RunID     string
	Account   string
	Through   string // the account that spoke
	Endpoint  channel.Endpoint
	SKU       string
	Status    runs.ItemStatus
	Step      listing.Step
	Stage     listing.Stage
	Code      string
	Warnings  int
	StartedAt time.Time // of the run
	At        time.Time // of the item's last change
	ID        int64
	Change    listing.Change
}

// Published reads what an audit of publications needs. It is for audits: it does not page.
func (s *Store) Published(ctx context.Context) (Published, error) {
	p := Published{Products: make(map[string]catalogue.Product), Of: make(map[string]string), Changed: make(map[string]time.Time)}
	for _, part := range []struct {
		name string
		read func(context.Context, *Published) error
	}{{"items", s.auditItems}, {"pending items", s.auditPending}, {"goods", s.auditGoods}, {"links", s.auditLinks},
		{"accepted prices", s.auditAccepted}, {"released prices", s.auditReleases}, {"struck off listings", s.auditStruck}, {"switches", s.auditSwitches}} {
		if err := part.read(ctx, &p); err != nil {
			return Published{}, fmt.Errorf("read %s for the audit: %w", part.name, err)
		}
	}
	return p, nil
}

func (s *Store) auditItems(ctx context.Context, p *Published) error {
	return s.Read(ctx, `SELECT i.id, i.run_id, p.account, p.through, p.endpoint, i.reference, i.status, i.step, i.stage, i.code, i.warnings, p.started_at, i.at, i.change,
			i.type, p.dry_run
		FROM publications p JOIN run_items i ON i.run_id = p.id ORDER BY i.id`, func(rows *sql.Rows) error {
		var i AuditItem
		var started, changed int64
		var kind listing.Kind
		var dryRun bool
		var change string
		err := rows.Scan(&i.ID, &i.RunID, &i.Account, &i.Through, &i.Endpoint, &i.SKU, &i.Status, &i.Step, &i.Stage, &i.Code, &i.Warnings, &started, &changed, &change,
			&kind, &dryRun)
		if i.StartedAt, i.At = db.At(started), db.At(changed); err == nil && publication.EverSent(kind, dryRun) {
			i.Change, err = publications.ReadChange(change)
			p.Items = append(p.Items, i)
		}
		return err
	})
}

func (s *Store) auditPending(ctx context.Context, p *Published) error {
	return s.Read(ctx, `SELECT COUNT(*) FROM publications p JOIN run_items i ON i.run_id = p.id WHERE i.status = $1`,
		func(rows *sql.Rows) error { return rows.Scan(&p.Pending) }, string(publication.Pending))
}

func (s *Store) auditGoods(ctx context.Context, p *Published) error {
	if len(p.Items) == 0 {
		return nil
	}
	seen := make(map[string]bool)
	err := s.Read(ctx, `SELECT v.sku, v.product, v.changed_at, p.changed_at FROM variants v JOIN products p ON p.key = v.product ORDER BY v.sku`, func(rows *sql.Rows) error {
		var sku, key string
		var variant, product int64
		err := rows.Scan(&sku, &key, &variant, &product)
		p.Of[sku], p.Changed[sku], seen[key] = key, catalogue.ChangedAt(db.At(variant), db.At(product)), true
		return err
	})
	if err != nil {
		return err
	}
	list, err := products.ReadProducts(ctx, s.Read, slices.Sorted(maps.Keys(seen)))
	for _, one := range list {
		p.Products[one.Key] = one
	}
	return err
}

func (s *Store) auditLinks(ctx context.Context, p *Published) error {
	return s.Read(ctx, `SELECT account, channel_sku, sku, listing_ref FROM links ORDER BY account, channel_sku`, func(rows *sql.Rows) error {
		var l links.Link
		err := rows.Scan(&l.Account, &l.ChannelSKU, &l.SKU, &l.ListingRef)
		p.Links = append(p.Links, l)
		return err
	})
}

func (s *Store) auditAccepted(ctx context.Context, p *Published) error {
	return s.Read(ctx, `SELECT account, through, endpoint, sku, price, currency, item FROM published WHERE item > 0 ORDER BY account, endpoint, sku`, func(rows *sql.Rows) error {
		var a AuditAccepted
		err := rows.Scan(&a.Account, &a.Through, &a.Endpoint, &a.SKU, &a.Price.Amount, &a.Price.Currency, &a.Item)
		p.Accepted = append(p.Accepted, a)
		return err
	})
}

func (s *Store) auditReleases(ctx context.Context, p *Published) error {
	return s.Read(ctx, `SELECT account, sku, wanted, currency, released_at FROM price_releases ORDER BY released_at, account, sku`, func(rows *sql.Rows) error {
		var r AuditRelease
		var at int64
		err := rows.Scan(&r.Account, &r.SKU, &r.Price.Amount, &r.Price.Currency, &at)
		r.At = db.At(at)
		p.Released = append(p.Released, r)
		return err
	})
}

func (s *Store) auditStruck(ctx context.Context, p *Published) error {
	return s.Read(ctx, `SELECT z.account, z.channel_sku, z.struck_at, COALESCE(q.quantity, -1) FROM struck_off z
		LEFT JOIN pushes q ON q.account = z.account AND q.channel_sku = z.channel_sku AND q.sent_at < z.struck_at
			AND (q.acked_at = 0 OR q.acked_at > z.struck_at)
		ORDER BY z.account, z.channel_sku`, func(rows *sql.Rows) error {
		var one AuditStruck
		var at int64
		var quantity int
		err := rows.Scan(&one.Account, &one.ChannelSKU, &at, &quantity)
		if n := len(p.Struck); n == 0 || p.Struck[n-1].Account != one.Account || p.Struck[n-1].ChannelSKU != one.ChannelSKU {
			one.At, one.Doubtful = db.At(at), map[int]bool{}
			p.Struck = append(p.Struck, one)
		}
		if quantity >= 0 {
			p.Struck[len(p.Struck)-1].Doubtful[quantity] = true
		}
		return err
	})
}

func (s *Store) auditSwitches(ctx context.Context, p *Published) error {
	p.Switched = map[string]time.Time{}
	return s.Read(ctx, `SELECT id, switched_at FROM accounts`, func(rows *sql.Rows) error {
		var id string
		var at int64
		err := rows.Scan(&id, &at)
		p.Switched[id] = db.At(at)
		return err
	})
}
