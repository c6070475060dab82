package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/starter"
)

// padded is a channel SKU as a person has typed it.
const padded = " rope-10 "

// offer fills the fixture and saves products and the result of an import of amazon-uk.
func (b *fixture) offer() {
	b.fill()
	ctx := context.Background()
	require.NoError(b.t, b.store.Products.SaveVariants(ctx, []products.Variant{
		{SKU: "lamp", Title: "Lamp"}, {SKU: "Rope-10", Title: "Rope"}, {SKU: "OAR", Title: "Oar"}, {SKU: "oar", Title: "Other oar"}, {SKU: "SAIL", Title: "Sail"},
	}))
	listing := func(sku, id, ref string) channel.Listed {
		return channel.Listed{SKU: sku, ListingID: id, Ref: ref, Title: "Title of " + id, State: channel.ListingLive, Quantity: 4}
	}
	_, err := b.store.Links.SaveListings(ctx, links.ListingsPage{Account: "amazon-uk", RunID: "run", SeenAt: epoch, Last: true, Listings: []channel.Listed{
		listing("LAMP", "B0LAMP", "LAMP"), listing("GHOST", "B0GHOST", "TOY"), listing(padded, "B0ROPE", "ROPE"), listing("Oar", "B0OAR", "OAR"),
		listing("SAIL", "B0SAIL1", "SAIL"), listing("SAIL", "B0SAIL2", "TENT"), listing("", "B0NOSKU", "TOY"),
	}})
	require.NoError(b.t, err)
}

func TestLinksThatAreWronglyAskedForSayWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.offer()
	for line, want := range map[string]string{
		"links":                                     "import, match, list, migrate, remove, strike, struck or put-back",
		"links list --account amazn-uk":             "`towpath accounts` lists them",
		"links list --after nowhere":                "the value shown at the end of a list",
		"links list --missing --fba":                "ask for one",
		"links list --limit 0":                      "want 1 to",
		"links match GHOST":                         "a channel SKU and one of yours",
		"links match GHOST lamp":                    "--account",
		"links match GHOST lmp --account amazon-uk": "no product with SKU \"lmp\"",
		"links match GOST lamp --account amazon-uk": "`towpath links import --account amazon-uk --wait`",
		"links match SAIL SAIL --account amazon-uk": "--listing (B0SAIL1, B0SAIL2)",
		"links match --listing B0SAIL1":             "needs a channel SKU",
		"links remove LAMP":                         "--account",
		"links remove NOLAMP --account amazon-uk":   "`towpath links list --account amazon-uk`",
		"links import --account amazon-uk --bogus":  "unknown flag",
	} {
		code, out, errs := b.run(strings.Fields(line)...)
		require.Equal(t, exitUsage, code, "%s: %s", line, errs)
		require.Contains(t, errs, want, line)
		require.Empty(t, out, line)
	}
}

// A wrong link would sell one product under another's name: unclear matches are shown and not made.
func TestOnlyWhatIsClearIsLinked(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.offer()
	code, out, errs := b.run("links", "match", "--dry-run", "-o", "json")
	require.Equal(t, exitAttention, code, errs)
	var m starter.Matches
	require.NoError(t, json.Unmarshal([]byte(out), &m))
	require.Equal(t, []links.Link{{Account: "amazon-uk", ChannelSKU: padded, SKU: "Rope-10", ListingRef: "ROPE"}}, m.Links)
	require.Equal(t, []string{"OAR", "oar"}, m.Ambiguous[0].SKUs)
	require.Equal(t, []string{"B0SAIL1", "B0SAIL2"}, m.Ambiguous[1].Listings)
	require.Equal(t, [2]int{1, 1}, [2]int{m.Unmatched, m.WithoutSKU})

	code, out, _ = b.run("links", "list", "--unlinked")
	require.Zero(t, code)
	require.Contains(t, out, "(no SKU)")
	require.Contains(t, out, "Title of B0NOSKU")
	require.Contains(t, out, "rope-10", "a dry run links nothing")

	code, out, errs = b.run("links", "match", "--account", "amazon-uk")
	require.Equal(t, exitAttention, code, errs)
	require.Contains(t, out, "by the next sweep", "no Temporal here: it says so, and the link is saved all the same")
	code, out, errs = b.run("links", "match", "SAIL", "SAIL", "--account", "amazon-uk", "--listing", "B0SAIL2")
	require.Zero(t, code, errs)
	require.Contains(t, out, "SAIL on amazon-uk is now linked to SKU SAIL")
	levels, err := b.store.Levels.DirtyLevels(context.Background(), "amazon-uk", 10)
	require.NoError(t, err)
	refs := map[string]string{}
	for _, l := range levels {
		refs[l.ChannelSKU] = l.ListingRef
	}
	require.Equal(t, map[string]string{"LAMP": "LAMP", "SAIL": "TENT", padded: "ROPE"}, refs)
}

// A listing that is linked by hand reserves the units that were sold from it.
func TestLinkingByHandReservesWhatWaited(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.offer()
	code, _, errs := b.run("links", "match", "GHOST", "lamp", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	code, out, _ := b.run("order", "amazon-uk-only")
	require.Zero(t, code)
	require.NotContains(t, out, "wait for a person")
}

func TestLinksArePagedAndLineUp(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.offer()
	for view, want := range map[string]int{"": 2, "--unlinked": 6, "--missing": 8} {
		seen, after := map[string]bool{}, ""
		for range 20 {
			args := append(strings.Fields("links list --limit 1 -o json"), strings.Fields(view)...)
			if after != "" {
				args = append(args, "--after", after)
			}
			code, out, errs := b.run(args...)
			require.Zero(t, code, errs)
			var page struct {
				Links []links.LinkRow
				After string
			}
			require.NoError(t, json.Unmarshal([]byte(out), &page))
			if len(page.Links) == 0 {
				break
			}
			seen[after] = true
			after = page.After
		}
		require.Len(t, seen, want, "%s: each row is on exactly one page", view)
	}
	_, out, _ := b.run("links", "list")
	lines := strings.Split(out, "\n")
	require.Regexp(t, `^LAMP +amazon-uk +lamp +B0LAMP +live +4 +- +waiting +Lamp`, lines[1])
	require.Regexp(t, `^LAMP +shopify-uk +lamp +- +- +- +- +waiting +Lamp`, lines[2])
	require.Equal(t, strings.Index(lines[0], "LEVEL"), strings.Index(lines[1], "waiting"))
	require.Equal(t, strings.Index(lines[0], "LEVEL"), strings.Index(lines[2], "waiting"))
}

func TestALinkThatBuyersCanBuyFromIsNotRemovedByAccident(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.offer()
	code, _, errs := b.run("links", "remove", "LAMP", "--account", "amazon-uk")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "goes on listing 4")
	code, out, errs := b.run("links", "remove", "LAMP", "--account", "amazon-uk", "--yes")
	require.Zero(t, code, errs)
	require.Contains(t, out, "2 open orders keep the stock")
	require.Contains(t, out, "towpath links match LAMP lamp --account amazon-uk")
	code, out, _ = b.run("links", "list", "--account", "amazon-uk")
	require.Zero(t, code)
	require.Contains(t, out, "No links")
}
