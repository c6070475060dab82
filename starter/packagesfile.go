package starter

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/packing"
)

// MaxPackageRows limits a file of packages: all rows are compared with each other before anything is processed.
const MaxPackageRows = 200_000

// PackagesFile has the settings for processing a file of packages.
type PackagesFile struct {
	Account  string                      // only orders of this account; empty: of every account
	Carrier  string                      // of rows that name none
	Combined bool                        // several orders may share a tracking number
	DryRun   bool                        // only report what would be done
	SkipBad  bool                        // process the correct rows although others are wrong
	Patience time.Duration               // limits the wait for one package; 0: without limit
	Progress func(done, total int)       // called after each package; may be nil
	Ready    func(context.Context) error // asked before the first package is processed: an error stops it; may be nil
}

// FileOutcome is the outcome for a package of a file.
type FileOutcome string

// The outcomes.
const (
	FileReady     FileOutcome = "ready"     // would be processed: a dry run, or other rows are wrong
	FileProcessed FileOutcome = "processed" // deducted from stock; being sent to the channel
	FileHeld      FileOutcome = "held"      // deducted from stock; sent to the channel when its account goes live
	FileAlready   FileOutcome = "already"   // was processed before: nothing was done
	FileRefused   FileOutcome = "refused"   // refused, with a reason
	FileFailed    FileOutcome = "failed"    // could not be processed; the file can be given again
	FileUntried   FileOutcome = "untried"   // not tried, because too many others failed
)

// FiledPackage is a package of a file.
type FiledPackage struct {
	Lines     []int       `json:"lines"` // of the file
	Account   string      `json:"account"`
	OrderID   string      `json:"orderId"`
	Reference string      `json:"reference"`
	PackageID string      `json:"packageId"`
	Carrier   string      `json:"carrier"`
	Tracking  string      `json:"trackingNumber"`
	Units     int         `json:"units"`
	Outcome   FileOutcome `json:"outcome"`
	Why       string      `json:"why,omitempty"`
	State     order.State `json:"state,omitempty"` // of its order, after it was processed
}

// FileResult is the result of processing a file.
type FileResult struct {
	Format   merchantfile.Format `json:"format"`
	Encoding string              `json:"encoding"`
	Used     []string            `json:"columnsUsed"`
	Left     []string            `json:"columnsLeftOut"`
	Rows     int                 `json:"rows"`
	Waiting  int                 `json:"waiting"`  // rows without carrier and tracking number: not packed yet
	Done     bool                `json:"done"`     // packages were processed: neither a dry run nor stopped by a mistake
	Wrong    int                 `json:"wrong"`    // total number of mistakes
	Mistakes []catalogue.Mistake `json:"mistakes"` // the first merchantfile.MaxTold of each reading and deciding, by line
	Notes    []string            `json:"notes"`
	Counts   map[FileOutcome]int `json:"counts"`
	Packages []FiledPackage      `json:"packages"`
}

// ProcessFile processes the packages of a file. The whole file is checked first: if anything is wrong, nothing is processed
// unless SkipBad is set. A package counts once, also when the file is given again or a run was interrupted.
func (s *Starter) ProcessFile(ctx context.Context, f *merchantfile.File, o PackagesFile) (FileResult, error) {
	rows, bad, out, err := readPacked(ctx, f)
	if err != nil {
		return out, err
	}
	decision, err := s.decide(ctx, rows, bad, o)
	if err != nil {
		return out, err
	}
	out.Wrong += len(decision.Mistakes)
	out.Mistakes = append(out.Mistakes, decision.Mistakes[:min(len(decision.Mistakes), merchantfile.MaxShown)]...)
	slices.SortStableFunc(out.Mistakes, func(a, b catalogue.Mistake) int { return cmp.Compare(a.Line, b.Line) })
	for _, p := range decision.Packages {
		out.Packages = append(out.Packages, filed(p))
	}
	if out.Done = !o.DryRun && (out.Wrong == 0 || o.SkipBad); out.Done && o.Ready != nil {
		if err := o.Ready(ctx); err != nil {
			out.Done = false
			return out, err
		}
	}
	if out.Done {
		if err := s.processAll(ctx, decision.Packages, out.Packages, o); err != nil {
			return out, err
		}
	}
	out.Counts = map[FileOutcome]int{}
	for _, p := range out.Packages {
		out.Counts[p.Outcome]++
	}
	return out, ctx.Err()
}

// readPacked reads the rows of packages and the line numbers of mistakes.
func readPacked(ctx context.Context, f *merchantfile.File) (rows []packing.Row, bad map[int]bool, out FileResult, err error) {
	out = FileResult{Format: f.Format(), Mistakes: []catalogue.Mistake{}, Notes: []string{}, Packages: []FiledPackage{}}
	bad = map[int]bool{}
	report, err := f.Packages(ctx, func(r merchantfile.PackageRow) error {
		switch {
		case len(rows) == MaxPackageRows:
			return &UsageError{Problem: fmt.Sprintf("the file has more than %d rows of packages: give it in parts", MaxPackageRows)}
		case r.Wrong:
			bad[r.Line] = true
		case r.Carrier == "" && r.CarrierName == "" && r.Tracking == "":
			out.Waiting++
			return nil
		}
		if r.Note != "" && len(out.Notes) < merchantfile.MaxShown {
			out.Notes = append(out.Notes, fmt.Sprintf("line %d: %s", r.Line, r.Note))
		}
		rows = append(rows, packing.Row{Line: r.Line, Account: r.Account, Order: r.Order, LineID: r.LineID, SKU: r.SKU, Quantity: r.Quantity,
			Carrier: r.Carrier, CarrierName: r.CarrierName, Service: r.Service, Tracking: r.Tracking, ShippedAt: r.ShippedAt})
		return nil
	})
	if err != nil {
		return nil, nil, out, fmt.Errorf("read packages: %w", err)
	}
	out.Encoding = f.Encoding()
	out.Used, out.Left, out.Rows, out.Wrong = f.Used(), f.Left(), report.Rows, report.Wrong
	out.Mistakes = append(out.Mistakes, report.Mistakes...)
	out.Notes = append(out.Notes, report.Notes...)
	return rows, bad, out, nil
}

// decide looks up the rows in the store and decides what to do with each package.
func (s *Starter) decide(ctx context.Context, rows []packing.Row, bad map[int]bool, o PackagesFile) (packing.Decision, error) {
	names, numbers := map[string]bool{}, map[string]bool{}
	for _, r := range rows {
		for _, name := range packing.Names(r.Order) {
			names[name] = true
		}
		numbers[r.Tracking], numbers[packing.Number(r.Tracking)] = true, true
	}
	delete(names, "")
	delete(numbers, "")
	orders, err := s.Store.Packages.OrdersNamed(ctx, keys(names), o.Account)
	if err != nil {
		return packing.Decision{}, err
	}
	used, err := s.Store.Packages.TrackingUsed(ctx, keys(numbers))
	if err != nil {
		return packing.Decision{}, err
	}
	return packing.Decide(rows, packing.Index(orders), packing.Options{
		Account: o.Account, Carrier: o.Carrier, Combined: o.Combined, Now: time.Now().UTC().Truncate(time.Second), Used: used, Mistaken: bad,
	}), nil
}

func keys(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func filed(p packing.Package) FiledPackage {
	out := FiledPackage{
		Lines: p.Lines, Account: p.Order.Account, OrderID: p.Order.ID, Reference: p.Order.Reference, PackageID: p.Shipment.ID,
		Carrier: cmp.Or(p.Shipment.CarrierName, p.Shipment.Carrier), Tracking: p.Shipment.TrackingNumber, Outcome: FileReady,
	}
	for _, c := range p.Shipment.Contents {
		out.Units += c.Quantity
	}
	if p.Done() {
		out.Outcome, out.State = FileAlready, p.Order.State
	}
	return out
}
