package listing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

func ended(s *listing.Shown)     { s.State = listing.StateEnded }
func gone(s *listing.Shown)      { s.GoneAt = noon }
func unmanaged(s *listing.Shown) { s.Unmanaged = true }
func fulfilled(s *listing.Shown) { s.ChannelFulfils = true }

func TestWhereALinkFollows(t *testing.T) {
	t.Parallel()
	one, two, three := shown("lamp", "1", "r1"), shown("lamp", "2", "r2"), shown("lamp", "3", "r3")
	all := func(list ...listing.Shown) []listing.Shown { return list }
	for name, tc := range map[string]struct {
		shown []listing.Shown
		ref   string
		theirs,
		was bool
	}{
		"its listing is there":              {shown: all(one), ref: "r1"},
		"its listing has another reference": {shown: all(two), ref: "r2"},
		"another listing came":              {shown: all(two, one), ref: "r1"},
		"two others: nobody guesses":        {shown: all(two, three), ref: "r1"},
		"two others that agree":             {shown: all(two, but(three, func(s *listing.Shown) { s.Ref = "r2" })), ref: "r2"},
		"no listing":                        {ref: "r1", was: true, theirs: true},
		"its listing has ended":             {shown: all(but(one, ended), two), ref: "r2"},
		"its listing is gone":               {shown: all(but(one, gone), two), ref: "r2"},
		"only a report has it":              {shown: all(but(one, unmanaged), two), ref: "r2"},
		"none is offered":                   {shown: all(but(one, ended), but(two, gone)), ref: "r1", was: true, theirs: true},
		"an inactive one is offered":        {shown: all(but(two, func(s *listing.Shown) { s.State = listing.StateInactive })), ref: "r2"},
		"the channel fulfils it":            {shown: all(but(one, fulfilled)), ref: "r1", theirs: true},
		"the channel no longer fulfils it":  {shown: all(one), ref: "r1", was: true},
		"the channel fulfils one of two":    {shown: all(one, but(two, fulfilled)), ref: "r1", was: true},
		"the channel fulfils all":           {shown: all(but(one, fulfilled), but(two, fulfilled)), ref: "r1", theirs: true},
		"it fulfils all that are offered":   {shown: all(but(one, gone), but(two, fulfilled)), ref: "r2", theirs: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			link := listing.Link{ChannelSKU: "lamp", ListingRef: "r1", ChannelFulfils: tc.was}
			require.Equal(t, listing.Link{ChannelSKU: "lamp", ListingRef: tc.ref, ChannelFulfils: tc.theirs}, link.Follow(tc.shown))
		})
	}
}

func TestWhatALinkIsSavedAs(t *testing.T) {
	t.Parallel()
	wanted := listing.Linked{Link: listing.Link{ChannelSKU: "lamp", ListingRef: "r1"}, SKU: "LAMP"}
	with := func(change func(*listing.Linked)) listing.Linked {
		l := wanted
		change(&l)
		return l
	}
	theirs := with(func(l *listing.Linked) { l.ChannelFulfils = true })
	fba := []listing.Shown{but(shown("lamp", "1", "r1"), fulfilled)}
	for name, tc := range map[string]struct {
		known   *listing.Linked
		shown   []listing.Shown
		want    listing.Linked
		changed bool
	}{
		"new":                                   {want: wanted, changed: true},
		"new, of the channel's to fulfil":       {shown: fba, want: theirs, changed: true},
		"new, one of two the channel's":         {shown: append(fba, shown("lamp", "2", "r2")), want: wanted, changed: true},
		"new, the channel's has ended":          {shown: []listing.Shown{but(fba[0], ended)}, want: wanted, changed: true},
		"the same":                              {known: &wanted, want: wanted},
		"the same, and the channel's":           {known: &theirs, want: theirs},
		"the channel's stays so":                {known: new(with(func(l *listing.Linked) { l.SKU, l.ChannelFulfils = "ROPE", true })), want: theirs, changed: true},
		"a known one waits for the next import": {known: &wanted, shown: fba, want: wanted},
		"another SKU":                           {known: new(with(func(l *listing.Linked) { l.SKU = "ROPE" })), want: wanted, changed: true},
		"another listing":                       {known: new(with(func(l *listing.Linked) { l.ListingRef = "r2" })), want: wanted, changed: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			link, changed := listing.Tie(wanted, tc.known, tc.shown)
			require.Equal(t, tc.want, link)
			require.Equal(t, tc.changed, changed)
		})
	}
}

func TestWhatARunMisses(t *testing.T) {
	t.Parallel()
	api, report := listing.Run{ID: "now", Started: noon}, listing.Run{ID: "now", Report: true}
	old := but(shown("lamp", "1", "r1"), func(s *listing.Shown) { s.SeenAt = noon.Add(-time.Hour) })
	for name, tc := range map[string]struct {
		run   listing.Run
		shown listing.Shown
		by    string
		gone  bool
	}{
		"not met":                          {api, old, "before", true},
		"met":                              {api, old, "now", false},
		"read back while it ran":           {api, but(old, func(s *listing.Shown) { s.SeenAt = noon.Add(time.Second) }), "", false},
		"read back when it began":          {api, but(old, func(s *listing.Shown) { s.SeenAt = noon }), "", false},
		"a run that began nobody knows":    {listing.Run{ID: "now"}, but(old, func(s *listing.Shown) { s.SeenAt = noon }), "before", true},
		"the API says nothing of a report": {api, but(old, unmanaged), "before", false},
		"not in the report":                {report, but(old, unmanaged), "before", true},
		"in the report":                    {report, but(old, unmanaged), "now", false},
		"a report says nothing of the API": {report, old, "before", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.gone, tc.run.Misses(listing.Sighting{Shown: tc.shown, Run: tc.by}))
		})
	}
}

// A link follows those of its listings that are left when the run ends.
func TestTheEndOfARun(t *testing.T) {
	t.Parallel()
	at := func(s listing.Shown, by string, link *listing.Link) listing.Sighting {
		return listing.Sighting{Shown: s, Run: by, Link: link}
	}
	lamp := &listing.Link{ChannelSKU: "lamp", ListingRef: "r1"}
	rope := &listing.Link{ChannelSKU: "rope", ListingRef: "r3"}
	sail := &listing.Link{ChannelSKU: "sail", ListingRef: "r6"}
	missed, moved := listing.Run{ID: "now"}.End([]listing.Sighting{
		at(shown("", "9", ""), "before", nil), at(shown("", "10", ""), "now", nil),
		at(shown("sail", "7", "r7"), "now", sail),
		at(shown("lamp", "1", "r1"), "before", lamp), at(shown("lamp", "2", "r2"), "now", lamp),
		at(shown("rope", "3", "r3"), "now", rope), at(shown("rope", "4", "r4"), "now", rope),
		at(shown("tow", "5", "r5"), "before", &listing.Link{ChannelSKU: "tow", ListingRef: "r5"}),
	})
	require.Equal(t, []listing.Key{{ID: "9"}, {SKU: "lamp", ID: "1"}, {SKU: "tow", ID: "5"}}, missed)
	require.Equal(t, []listing.Moved{
		{From: *lamp, To: listing.Link{ChannelSKU: "lamp", ListingRef: "r2"}},
		{From: *sail, To: listing.Link{ChannelSKU: "sail", ListingRef: "r7"}},
	}, moved)
}

func TestTheListingThatALinkIsShownWith(t *testing.T) {
	t.Parallel()
	link := listing.Link{ListingRef: "r2"}
	one, two := shown("lamp", "1", "r1"), shown("lamp", "2", "r2")
	for name, tc := range map[string]struct {
		shown []listing.Shown
		want  string
	}{
		"its own":                      {[]listing.Shown{one, two}, "2"},
		"one that is there":            {[]listing.Shown{one, but(two, gone)}, "1"},
		"one that is there, even last": {[]listing.Shown{but(two, gone), shown("lamp", "3", "r1")}, "3"},
		"its own, when all are gone":   {[]listing.Shown{but(one, gone), but(two, gone)}, "2"},
		"else the first":               {[]listing.Shown{but(two, func(s *listing.Shown) { s.Ref = "r3" }), one}, "1"},
		"the first of two of its own":  {[]listing.Shown{but(two, func(s *listing.Shown) { s.ListingID = "3" }), two}, "2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, link.Nearest(tc.shown).ListingID)
		})
	}
}
