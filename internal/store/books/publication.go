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
}

// Published reads what an audit of publications needs. It is for audits: it does not page.
func (s *Store) Published(ctx context.Context) (Published, error) {
	p := Published{Products: make(map[string]catalogue.Product), Of: make(map[string]string), Changed: make(map[string]time.Time)}
	for _, part := range []struct {
		name string
		read func(context.Context, *Published) error
	}{{"items", s.auditItems}, {"pending items", s.auditPending}, {"goods", s.auditGoods}, {"links", s.auditLinks}} {
		if err := part.read(ctx, &p); err != nil {
			return Published{}, fmt.Errorf("read %s for the audit: %w", part.name, err)
		}
	}
	return p, nil
}

func (s *Store) auditItems(ctx context.Context, p *Published) error {
	return s.Read(ctx, `SELECT i.id, i.run_id, p.account, p.through, p.endpoint, i.reference, i.status, i.step, i.stage, i.code, i.warnings, p.started_at, i.at,
			i.type, p.dry_run
		FROM publications p JOIN run_items i ON i.run_id = p.id ORDER BY i.id`, func(rows *sql.Rows) error {
		var i AuditItem
		var started, changed int64
		var kind listing.Kind
		var dryRun bool
		err := rows.Scan(&i.ID, &i.RunID, &i.Account, &i.Through, &i.Endpoint, &i.SKU, &i.Status, &i.Step, &i.Stage, &i.Code, &i.Warnings, &started, &changed,
			&kind, &dryRun)
		if i.StartedAt, i.At = db.At(started), db.At(changed); publication.EverSent(kind, dryRun) {
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
