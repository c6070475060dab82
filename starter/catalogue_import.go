package starter

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/wording"
)

// Limits of what a result lists; everything is counted.
const (
	maxShownMistakes = 100
	maxShownChanges  = 100
	maxShownNotes    = 20
)

// Limits of one transaction of an import.
const (
	importEntries  = 500
	importVariants = 2_000
)

// ImportOptions has the settings for importing a file.
type ImportOptions struct {
	DryRun   bool                 // compare and report only
	SkipBad  bool                 // save the rest when something is wrong; otherwise nothing is saved
	Progress func(ImportProgress) // may be nil
}

// ImportProgress is the progress of an import.
type ImportProgress struct {
	Stage string `json:"stage"` // checking, saving
	Rows  int    `json:"rows"`  // rows read so far
	Of    int    `json:"of"`    // rows in the file
}

// ChangeCounts counts the new, changed and unchanged entries of one kind.
type ChangeCounts struct {
	New     int `json:"new"`
	Changed int `json:"changed"`
	Same    int `json:"unchanged"`
}

// CatalogueImport is the result of an import.
type CatalogueImport struct {
	Format   merchantfile.Format `json:"format"` // the recognised format
	Encoding string              `json:"encoding"`
	Rows     int                 `json:"rows"`
	Used     []string            `json:"columnsUsed"`
	Left     []string            `json:"columnsLeftOut"`
	DryRun   bool                `json:"dryRun"`
	Saved    bool                `json:"saved"` // something was written

	Products ChangeCounts `json:"products"`
	SKUs     ChangeCounts `json:"skus"`
	Kits     ChangeCounts `json:"kits"`

	NewSKUs  []string            `json:"newSkus"`      // the first of them
	Changes  []catalogue.Change  `json:"changes"`      // the first of them, per field
	Changing int                 `json:"changesInAll"` //
	Mistakes []catalogue.Mistake `json:"mistakes"`     // the first of them, by line
	Wrong    int                 `json:"mistakesInAll"`
	Skips    []merchantfile.Skip `json:"skipped"` // rows that don't belong here but are no mistakes; the first of them
	Skipped  int                 `json:"skippedInAll"`
	Notes    []string            `json:"notes"`
	Stock    bool                `json:"holdsStock"` // the file has stock columns, which ImportStock reads
	Dirty    []string            `json:"-"`          // accounts whose levels changed because of a kit
}

// ImportCatalogue imports a merchant's file into the catalogue. The whole file is checked first: with any mistake nothing is
// saved unless SkipBad is set, and the result comes with a *UsageError. Then it is saved in batches; after an interruption the
// same import completes it. Data missing from the file stays; nothing is removed. Stock columns are ignored.
func (s *Starter) ImportCatalogue(ctx context.Context, f *merchantfile.File, o ImportOptions) (CatalogueImport, error) {
	i := &catalogueImport{store: s.Store, file: f, options: o}
	err := i.run(ctx)
	return i.out, err
}

// catalogueImport is an import in progress.
type catalogueImport struct {
	store   *store.Store
	file    *merchantfile.File
	options ImportOptions
	out     CatalogueImport
	kits    fileKits

	writes bitset // entries that change something, by their position in the file
	bad    []catalogue.Mistake
	worse  int // number of mistakes beyond those that are kept

	entries  []catalogue.Product // of the batch
	lines    []int
	places   []int
	variants int
}

func (i *catalogueImport) run(ctx context.Context) error {
	i.describe()
	if err := i.check(ctx); err != nil {
		return err
	}
	switch {
	case i.out.Wrong > 0 && !i.options.SkipBad:
		return &UsageError{Problem: fmt.Sprintf("nothing was imported: the file has %s. Correct them, or import the other rows with --skip-bad", wording.Plural(i.out.Wrong, "mistake"))}
	case i.options.DryRun:
		return nil
	}
	if err := i.save(ctx); err != nil {
		return fmt.Errorf("%w; what was saved stays, and the same import again completes it", err)
	}
	return nil
}

func (i *catalogueImport) describe() {
	f := i.file
	i.out = CatalogueImport{
		Format: f.Format(), Encoding: f.Encoding(), Rows: f.Rows(), DryRun: i.options.DryRun,
		Used: f.Used(merchantfile.Catalogue), Left: f.Left(merchantfile.Catalogue),
	}
	i.out.Stock = i.out.Format.HoldsKind(merchantfile.Stock)
}

// check reads the whole file and collects mistakes and changes.
func (i *catalogueImport) check(ctx context.Context) error {
	if err := i.readKits(ctx); err != nil {
		return err
	}
	place := 0
	report, err := i.file.Products(ctx, func(p catalogue.Product, line int) error {
		place++
		p = p.Clean()
		i.kits.met(p)
		if mistakes := p.Check(); len(mistakes) > 0 {
			for _, m := range mistakes {
				i.wrong(line, m)
			}
			return nil
		}
		return i.add(ctx, p, line, place, i.compare)
	})
	if err != nil {
		return unreadable(err)
	}
	if err := i.flush(ctx, i.compare); err != nil {
		return err
	}
	if err := i.checkKits(ctx); err != nil {
		return err
	}
	i.collect(report)
	return nil
}

// unreadable turns an error about an unreadable file into a *UsageError.
func unreadable(err error) error {
	var kind *merchantfile.WrongKindError
	if errors.As(err, &kind) {
		return &UsageError{Problem: kind.Error()}
	}
	return err
}

// collect merges the file reader's mistakes with those found here.
func (i *catalogueImport) collect(r merchantfile.Report) {
	all := slices.Concat(r.Mistakes, i.bad)
	slices.SortStableFunc(all, func(a, b catalogue.Mistake) int { return a.Line - b.Line })
	i.out.Mistakes, i.out.Wrong = all[:min(maxShownMistakes, len(all))], r.Wrong+len(i.bad)+i.worse
	i.out.Skips, i.out.Skipped = r.Skips, r.Skipped
	i.out.Notes = append(slices.Clone(r.Notes), i.out.Notes...)
}

func (i *catalogueImport) wrong(line int, m catalogue.Mistake) {
	if m.Line == 0 {
		m.Line = line
	}
	if len(i.bad) < maxShownMistakes {
		i.bad = append(i.bad, m)
	} else {
		i.worse++
	}
}

// add appends an entry to the batch, and calls act when the batch is full.
func (i *catalogueImport) add(ctx context.Context, p catalogue.Product, line, place int, act func(context.Context) error) error {
	if len(i.entries) == importEntries || i.variants+len(p.Variants) > importVariants {
		if err := i.flush(ctx, act); err != nil {
			return err
		}
	}
	i.entries, i.lines, i.places = append(i.entries, p), append(i.lines, line), append(i.places, place)
	i.variants += len(p.Variants)
	return nil
}

func (i *catalogueImport) flush(ctx context.Context, act func(context.Context) error) error {
	if len(i.entries) > 0 {
		if err := act(ctx); err != nil {
			return err
		}
	}
	i.entries, i.lines, i.places, i.variants = i.entries[:0], i.lines[:0], i.places[:0], 0
	return nil
}

// compare compares the batch with the catalogue.
func (i *catalogueImport) compare(ctx context.Context) error {
	results, err := i.store.Products.CompareCatalogue(ctx, i.entries)
	if err != nil {
		return err
	}
	for n, r := range results {
		if r.Mistake != nil {
			i.wrong(i.lines[n], *r.Mistake)
			continue
		}
		i.count(i.lines[n], r)
		if r.Outcome.Writes() {
			i.writes.set(i.places[n])
		}
	}
	i.progress("checking")
	return nil
}

func (i *catalogueImport) count(line int, r catalogue.Result) {
	o := r.Outcome
	i.out.SKUs.New += len(o.New)
	i.out.SKUs.Changed += len(o.Altered)
	i.out.SKUs.Same += len(o.Same)
	switch {
	case o.NewProduct:
		i.out.Products.New++
	case o.Changed:
		i.out.Products.Changed++
	default:
		i.out.Products.Same++
	}
	i.out.Changing += len(o.Changes)
	i.out.NewSKUs = append(i.out.NewSKUs, o.New[:min(len(o.New), maxShownChanges-len(i.out.NewSKUs))]...)
	i.out.Changes = append(i.out.Changes, o.Changes[:min(len(o.Changes), maxShownChanges-len(i.out.Changes))]...)
	for given, as := range r.Spelled {
		if len(i.out.Notes) < maxShownNotes {
			i.out.Notes = append(i.out.Notes, fmt.Sprintf("line %d: %q is read as %q, which the catalogue has", line, given, as))
		}
	}
}

// save reads the file again and saves what changes something.
func (i *catalogueImport) save(ctx context.Context) error {
	if i.writes.any() {
		place := 0
		_, err := i.file.Products(ctx, func(p catalogue.Product, line int) error {
			if place++; !i.writes.has(place) {
				return nil
			}
			return i.add(ctx, p.Clean(), line, place, i.write)
		})
		if err == nil {
			err = i.flush(ctx, i.write)
		}
		if err != nil {
			return err
		}
	}
	return i.saveKits(ctx)
}

// write saves the batch. New mistakes here mean that somebody has changed the catalogue meanwhile.
func (i *catalogueImport) write(ctx context.Context) error {
	results, err := i.store.Products.SaveCatalogue(ctx, i.entries)
	if err != nil {
		return err
	}
	for n, r := range results {
		if r.Mistake != nil {
			m := *r.Mistake
			m.Line = i.lines[n]
			i.out.Mistakes, i.out.Wrong = append(i.out.Mistakes, m), i.out.Wrong+1
			continue
		}
		i.out.Saved = i.out.Saved || r.Outcome.Writes()
	}
	i.progress("saving")
	return nil
}

func (i *catalogueImport) progress(stage string) {
	if i.options.Progress != nil {
		i.options.Progress(ImportProgress{Stage: stage, Rows: i.file.Read(), Of: i.out.Rows})
	}
}
