package listing

import (
	"cmp"
	"maps"
	"slices"
)

// Reported is a listing as the channel's reports have it, whether or not its API knows it.
type Reported struct {
	Found
	Run       string     // that has read the last report with it
	Gone      bool       // a later report did not have it
	FaultID   string     // why the channel refused its migration last; empty: it did not
	FaultCode string     //
	Sold      []Sighting // what can be bought of it and was known from reports only
}

// Report is a part of a report, compared with what earlier ones had.
type Report struct {
	Seen     int
	Saved    int        // new or changed
	Same     int        //
	Listings []Reported // as they are to be saved

	run  Run
	page []Found
}

// NewReport begins with a part of the report that a run reads.
func NewReport(run string, page []Found) *Report {
	return &Report{Seen: len(page), run: Run{ID: run, Report: true}, page: page}
}

// IDs returns the ids of its listings.
func (r *Report) IDs() []string {
	out := make([]string, len(r.page))
	for i, f := range r.page {
		out[i] = f.ID
	}
	return out
}

// Compare counts which listings are new, changed and unchanged, and says how they are saved. known are those of earlier reports by
// id.
func (r *Report) Compare(known map[string]Reported) {
	for _, f := range r.page {
		before, ok := known[f.ID]
		now := Reported{Found: f, Run: r.run.ID}
		if ok && f.migratesAs(before.Found) {
			now.FaultID, now.FaultCode = before.FaultID, before.FaultCode
		}
		r.Listings = append(r.Listings, now)
		if ok && !before.Gone && f.sameAs(before.Found) {
			r.Same++
		} else {
			r.Saved++
		}
	}
}

// End returns what the end of the report shows to be gone, when this was its last part: listings that it does not have, and what
// could be bought of listings. known are the listings of earlier reports that the run has not met so far.
func (r *Report) End(known map[string]Reported) (listings []string, sold []Key) {
	met, here := map[string]bool{}, map[Key]bool{}
	for _, f := range r.page {
		met[f.ID] = true
		for _, s := range f.Shown() {
			here[s.Key()] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		k := known[id]
		if !k.Gone && !met[id] && r.run.Misses(Sighting{Shown: Shown{Unmanaged: true}, Run: k.Run}) {
			listings = append(listings, id)
		}
		for _, s := range k.Sold {
			if !here[s.Key()] && r.run.Misses(s) {
				sold = append(sold, s.Key())
			}
		}
	}
	return listings, sold
}

// sameAs reports whether a report says nothing new of a listing.
func (f Found) sameAs(before Found) bool {
	return f.Title == before.Title && f.Site == before.Site && f.migratesAs(before)
}

// migratesAs reports whether nothing has changed for which the channel may have refused to migrate a listing. It is not tried in vain
// then: the refusal stays with it.
func (f Found) migratesAs(before Found) bool {
	return f.Format == before.Format && slices.Equal(f.Items, before.Items)
}

// Shown returns what can be bought of a listing, as far as its report says, sorted by SKU. Items without SKU can't be told apart and
// are one.
func (f Found) Shown() []Shown {
	items := map[string]Item{}
	for _, i := range f.Items {
		items[i.SKU] = i
	}
	out := make([]Shown, 0, len(items))
	for _, i := range items {
		title := f.Title
		if i.Variation != "" {
			title += " (" + i.Variation + ")"
		}
		out = append(out, Shown{ChannelSKU: i.SKU, ListingID: f.ID, Title: title, State: StateLive, ChannelStatus: f.Format,
			Quantity: max(i.Quantity, UnknownQuantity), Unmanaged: true})
	}
	slices.SortFunc(out, func(a, b Shown) int { return cmp.Compare(a.ChannelSKU, b.ChannelSKU) })
	return out
}
