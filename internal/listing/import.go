package listing

import (
	"cmp"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/order"
)

// Import takes a page of an account's listings in, as the channel's API shows them. Its steps come in this order:
//
//	NewImport  leaves out what nothing identifies, and keeps the last of each key
//	Compare    against what was known before of Listings
type Import struct {
	Counts  ImportCounts
	Results []ImportResult // of what is saved, skipped or can't be used, for the run's register

	fresh map[Key]Shown
}

// ImportCounts are the listings of a page by outcome.
type ImportCounts struct {
	Seen    int
	Saved   int // new or changed
	Same    int
	Skipped int // kept to be shown, but they can't be linked
	Errors  int // they can't be kept
}

// ImportResult is the outcome for one listing.
type ImportResult struct {
	Reference string // its SKU, or what else it is known by
	Status    ImportStatus
	Reason    string // why it is skipped or in error
}

// ImportStatus is the status of a listing in the run's register.
type ImportStatus string

// The statuses of listings; those that are the same have none.
const (
	ImportSaved   ImportStatus = "done"
	ImportSkipped ImportStatus = "skipped"
	ImportError   ImportStatus = "error"
)

// reasonNameless is the reason of a listing that can't be distinguished from others.
const reasonNameless = "the channel gave neither SKU nor listing id"

// NewImport begins with a page of listings.
func NewImport(page []Shown) *Import {
	in := &Import{Counts: ImportCounts{Seen: len(page)}, fresh: map[Key]Shown{}}
	for _, s := range page {
		s = s.named()
		if s.Key() == (Key{}) {
			in.Counts.Errors++
			in.result(cmp.Or(s.Title, "(no title)"), ImportError, reasonNameless)
			continue
		}
		if _, twice := in.fresh[s.Key()]; twice {
			in.Counts.Same++
		}
		in.fresh[s.Key()] = s
	}
	return in
}

// Listings returns the listings to be saved, sorted by key.
func (in *Import) Listings() []Shown { return slices.SortedFunc(maps.Values(in.fresh), ByKey) }

// Compare counts which listings are new, changed and unchanged. One that was gone, or that only a report knew, has changed.
func (in *Import) Compare(known map[Key]Shown) {
	for _, s := range in.Listings() {
		before, ok := known[s.Key()]
		switch {
		case s.ChannelSKU == "":
			in.Counts.Skipped++
			in.result(s.ListingID, ImportSkipped, order.ReasonNoSKU)
		case ok && s.sameAs(before):
			in.Counts.Same++
		default:
			in.Counts.Saved++
			in.result(s.ChannelSKU, ImportSaved, "")
		}
	}
}

func (in *Import) result(reference string, status ImportStatus, reason string) {
	in.Results = append(in.Results, ImportResult{reference, status, reason})
}
