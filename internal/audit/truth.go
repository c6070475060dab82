package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
)

// readPage is how many rows of a ledger are read at once.
const readPage = 5000

// truth is the data of the marketplaces and the warehouse.
type truth struct {
	entries  []sold // every marketplace's ledger, in one sequence by time
	orders   map[orderKey]market.Order
	faulted  map[orderKey]faults.Kind             // what went wrong with orders, by the ledgers
	listings map[string][]market.Listing          // by account
	shelves  map[string]map[string]map[string]int // by account, SKU and location besides the first: what is listed there
	families map[orderKey]words                   // by account and key: the documents that describe several listings together
	pending  map[string]int                       // by account: accepted changes of listings that have still to take effect
	box      []warehouse.Entry

	overwritten map[orderKey]time.Time // by account and channel SKU: when another tool set the level, which nobody has set since
	rewritten   map[fieldKey]rewritten // what another tool set besides
}

// sold is a ledger entry with its account.
type sold struct {
	account string
	market.Entry
}

func readTruth(ctx context.Context, in Input) (truth, error) {
	t := truth{orders: make(map[orderKey]market.Order), faulted: make(map[orderKey]faults.Kind), listings: make(map[string][]market.Listing), shelves: make(map[string]map[string]map[string]int), families: make(map[orderKey]words), pending: make(map[string]int), overwritten: make(map[orderKey]time.Time), rewritten: make(map[fieldKey]rewritten)}
	for account, m := range in.Markets {
		if err := t.readMarket(ctx, account, m); err != nil {
			return t, fmt.Errorf("read ledger of %s: %w", account, err)
		}
	}
	slices.SortFunc(t.entries, func(x, y sold) int {
		return cmp.Or(cmp.Compare(x.Seq, y.Seq), cmp.Compare(x.account, y.account))
	})
	if in.Warehouse == nil {
		return t, nil
	}
	for after := int64(0); ; {
		page, err := in.Warehouse.After(ctx, after, readPage)
		if err != nil {
			return t, fmt.Errorf("read warehouse: %w", err)
		}
		t.box = append(t.box, page...)
		if len(page) < readPage {
			return t, nil
		}
		after = page[len(page)-1].ID
	}
}

func (t *truth) readMarket(ctx context.Context, account string, m *market.Reader) error {
	for after := int64(0); ; {
		page, err := m.Entries(ctx, after, readPage)
		if err != nil {
			return err
		}
		for _, e := range page {
			t.entries = append(t.entries, sold{account, e})
			switch e.Kind {
			case market.EntryFault:
				t.faulted[orderKey{account, e.OrderID}] = faults.Kind(e.Note)
			case market.EntryDecline:
				delete(t.faulted, orderKey{account, e.OrderID})
			case market.EntryOther:
				t.rewrite(orderKey{account, e.SKU}, e)
			case market.EntryLevel, market.EntryEnd:
				delete(t.overwritten, orderKey{account, e.SKU})
			case market.EntryList, market.EntryRevise:
				t.saved(orderKey{account, e.SKU}, e)
			}
		}
		if len(page) < readPage {
			break
		}
		after = page[len(page)-1].Seq
	}
	f := market.Filter{ByCreation: true, Limit: readPage / 10}
	for {
		page, _, err := m.Orders(ctx, f)
		if err != nil {
			return err
		}
		for _, o := range page {
			t.orders[orderKey{account, o.ID}] = o
			f.AfterTime, f.AfterID = o.PlacedAt, o.ID
		}
		if len(page) < f.Limit {
			break
		}
	}
	var err error
	if t.listings[account], err = m.AllListings(ctx); err != nil {
		return err
	}
	if t.shelves[account], err = m.Shelves(ctx); err != nil {
		return err
	}
	if t.pending[account], err = m.Pending(ctx); err != nil {
		return err
	}
	return t.readFamilies(ctx, account, m)
}

// familyKinds are the kinds of the documents with which marketplaces describe several listings together.
var familyKinds = []string{"product", "group", "amazon/parent"}

func (t *truth) readFamilies(ctx context.Context, account string, m *market.Reader) error {
	for _, kind := range familyKinds {
		for after := ""; ; {
			page, err := m.Documents(ctx, kind, after, readPage)
			if err != nil {
				return err
			}
			for _, d := range page {
				key := orderKey{account, d.Key}
				if t.families[key] == nil {
					t.families[key] = words{}
				}
				t.families[key].add(wordsOf(d.Body))
				after = d.Key
			}
			if len(page) < readPage {
				break
			}
		}
	}
	return nil
}
