package starter

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
)

// foundPage is how many listings of a report are saved in one transaction.
const foundPage = 500

// ListingsFile has the settings for importing a report of listings.
type ListingsFile struct {
	Account     string
	Marketplace string // the account's site, e.g. EBAY_GB; empty: sites are not compared
	SkipBad     bool   // import the correct rows although others are wrong; then nothing is marked as gone
	Progress    func(done, total int)
}

// ListingsFileResult is the result of importing a report.
type ListingsFileResult struct {
	Account  string              `json:"account"`
	RunID    string              `json:"runId,omitempty"` // empty: nothing was saved
	Format   merchantfile.Format `json:"format"`
	Encoding string              `json:"encoding"`
	Rows     int                 `json:"rows"`
	Used     []string            `json:"columnsUsed"`
	Left     []string            `json:"columnsLeftOut"`
	Wrong    int                 `json:"wrong"` // total number of mistakes
	Mistakes []catalogue.Mistake `json:"mistakes"`
	Counts   message.Counts      `json:"counts"` // of listings, without their variations
	Gone     int                 `json:"gone"`
	Plan     MigrationPlan       `json:"plan"`
}

// ImportListingsFile imports eBay's report of active listings. Listings that the Inventory API does not know are saved as
// unmanaged. If any row is wrong, nothing is saved unless SkipBad is set. Importing the same report again changes nothing.
func (s *Starter) ImportListingsFile(ctx context.Context, f *merchantfile.File, o ListingsFile) (ListingsFileResult, error) {
	out := ListingsFileResult{
		Account: o.Account, Format: f.Format(), Encoding: f.Encoding(), Rows: f.Rows(), Used: f.Used(merchantfile.Listings), Left: f.Left(merchantfile.Listings), Mistakes: []catalogue.Mistake{},
	}
	acc, err := s.Store.Accounts.Account(ctx, o.Account)
	switch {
	case err != nil:
		return out, &UsageError{Problem: fmt.Sprintf("no account %q: `towpath accounts` lists them", o.Account)}
	case acc.Channel != channel.EBay:
		return out, &UsageError{Problem: fmt.Sprintf("account %s is on %s, whose API knows every listing: `towpath links import --account %s --wait` reads them", acc.ID, acc.Channel, acc.ID)}
	case !strings.HasPrefix(out.Format.ID, "ebay") || !out.Format.HoldsKind(merchantfile.Listings):
		return out, &UsageError{Problem: fmt.Sprintf("the file is %s (%s); want eBay's report of active listings (Seller Hub, Reports, Downloads)", out.Format.Title, out.Format.Use)}
	}
	found, err := readFound(ctx, f, &out)
	if err != nil || out.Wrong > 0 && !o.SkipBad {
		return out, err
	}
	if len(found) == 0 {
		return out, &UsageError{Problem: "the file has no listing: nothing is changed. Want eBay's report of active listings with a row for each"}
	}
	if err := s.saveFound(ctx, acc, found, o, &out); err != nil {
		return out, err
	}
	out.Plan, err = s.MigrationPlan(ctx, o.Account, o.Marketplace, nil)
	return out, err
}

// readFound groups the rows by listing. The row of a listing with variations is not one of its items.
func readFound(ctx context.Context, f *merchantfile.File, out *ListingsFileResult) ([]listing.Found, error) {
	var found []listing.Found
	at := map[string]int{}
	report, err := f.Listings(ctx, func(r merchantfile.ListingRow) error {
		if r.ListingID == "" {
			out.Wrong++
			out.Mistakes = append(out.Mistakes, catalogue.Mistake{Line: r.Line, Column: "Item number", What: "it is empty", Want: "eBay's number of the listing"})
			return nil
		}
		i, ok := at[r.ListingID]
		if !ok {
			i = len(found)
			at[r.ListingID] = i
			found = append(found, listing.Found{ID: r.ListingID, Title: r.Title, Format: r.Format, Site: r.Site})
		}
		if !r.Parent {
			found[i].Items = append(found[i].Items, listing.Item{SKU: strings.TrimSpace(r.SKU), Variation: r.Variation, Quantity: r.Quantity})
		}
		return nil
	})
	out.Wrong += report.Wrong
	out.Mistakes = append(out.Mistakes, report.Mistakes...)
	slices.SortStableFunc(out.Mistakes, func(a, b catalogue.Mistake) int { return a.Line - b.Line })
	out.Mistakes = out.Mistakes[:min(len(out.Mistakes), merchantfile.MaxShown)]
	return found, err
}

// saveFound saves the listings in parts, as a run of the activity register.
func (s *Starter) saveFound(ctx context.Context, acc accounts.Account, found []listing.Found, o ListingsFile, out *ListingsFileResult) error {
	run := runs.Run{ID: "file-" + uuid.NewString(), Kind: runs.RunLinks, Account: acc.ID, Endpoint: acc.Endpoint, StartedAt: time.Now().UTC()}
	if err := s.Store.Runs.StartRun(ctx, run); err != nil {
		return err
	}
	out.RunID = run.ID
	for done := 0; done < len(found); done += foundPage {
		part := found[done:min(done+foundPage, len(found))]
		last := done+len(part) == len(found)
		saved, err := s.Store.Links.SaveFound(ctx, links.FoundPage{
			Account: acc.ID, RunID: run.ID, SeenAt: run.StartedAt, Listings: part, Last: last && out.Wrong == 0,
		})
		if err != nil {
			return err
		}
		out.Counts, out.Gone = out.Counts.Add(saved.Counts), out.Gone+saved.Gone
		if o.Progress != nil {
			o.Progress(done+len(part), len(found))
		}
	}
	run.EndedAt, run.Counts = time.Now().UTC(), out.Counts
	return s.Store.Runs.EndRun(ctx, run)
}
