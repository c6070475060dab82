package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

func TestWrongPublicationsAreRefusedBeforeAnythingIsAsked(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sells()
	for line, want := range map[string]string{
		"publish":                     "--account A",
		"publish --account amazon-uk": "--sku, --product, --category, --changed, --errors or --all",
		"publish --account amazon-uk --all --changed":          "choose only one",
		"publish --account amazon-uk --sku MUG-RED --errors":   "choose only one",
		"publish --account amazon-uk --all --endpoint sandbox": "test or production",
		"publish stop": "--account A",
		"publish stop --account amazon-uk --endpoint x": "test or production",
		"publish retry":                    "--account A",
		"publish type --account amazon-uk": "--type T, --set NAME=VALUE or --remove",
		"publish type --account amazon-uk --category Deck --type rope":            "an Amazon product type, e.g. LUGGAGE",
		"publish type --account amazon-uk --category Deck --set colour=red":       "first: --type T",
		"publish type --account amazon-uk --category Deck --type ROPE --set =red": "want NAME=VALUE",
		"publish type --account amazon-uk --category Deck --remove":               "publish types --account amazon-uk",
		"publish type --account amazon-uk --type ROPE --remove":                   "use it alone",
		"publish type --account nobody --type ROPE":                               "`towpath accounts` lists them",
		"publish types":                          "--account A",
		"publish needs":                          "--account A",
		"runs now party":                         "want one of orders",
		"runs now orders":                        "--account A",
		"runs now shipments --account amazon-uk": "towpath retry --account amazon-uk",
		"runs stop run-9":                        "ends by itself",
		"runs stop nowhere":                      "no run",
	} {
		code, out, errs := b.run(strings.Fields(line)...)
		require.Equal(t, exitUsage, code, "%s: %s", line, errs)
		require.Contains(t, errs, want, line)
		require.Empty(t, out, line)
	}
	waiting, err := b.store.Publications.List(context.Background(), "", "")
	require.NoError(t, err)
	require.Empty(t, waiting, "nothing was asked")
}

func TestWithoutTemporalNothingIsPublished(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sells()
	code, _, errs := b.run("publish", "--account", "amazon-uk", "--all", "--endpoint", "production")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "TOWPATH_TEMPORAL_ADDRESS")
}

// Production has to be named. A dry run sends nothing, and is compared with what the account itself lists.
func TestTheEndpointIsTestUnlessProductionIsNamed(t *testing.T) {
	t.Parallel()
	live := accounts.Account{}
	live.Endpoint = channel.Production
	sandbox := accounts.Account{}
	sandbox.Endpoint = channel.Test
	require.Equal(t, channel.Test, publishAsked{all: true}.where(live))
	require.Equal(t, channel.Production, publishAsked{all: true, endpoint: "production"}.where(live))
	require.Equal(t, channel.Production, publishAsked{all: true, dry: true}.where(live))
	require.Equal(t, channel.Test, publishAsked{all: true, dry: true}.where(sandbox))
	require.Equal(t, channel.Test, publishAsked{all: true, dry: true, endpoint: "test"}.where(live))
}

func TestWhatWasPublishedIsShown(t *testing.T) {
	t.Parallel()
	draw := func(out published) string {
		pg := (&Program{}).page()
		showPublished(pg, out)
		requireNarrow(t, pg.b.String())
		return strings.Join(strings.Fields(pg.b.String()), " ")
	}
	run := publications.Publication{ID: "run-p9", Account: "amazon-uk", Through: "amazon-uk", Endpoint: channel.Test, Selection: listing.Selection{SKUs: []string{"A", "B"}}}
	out := published{Run: run, Means: run.Endpoint.Publishes(channel.Amazon, "amazon-uk"), Behind: "run-p8"}
	require.Contains(t, draw(out), "VALIDATION_PREVIEW: its production host validates each listing, one call each, and writes nothing. Run run-p9, is queued behind run-p8.")
	require.NoError(t, publishedWell(out), "nobody has waited for the end")

	out.Run.StartedAt, out.Run.EndedAt = epoch, epoch.Add(time.Minute)
	out.Run.Counts.Items, out.Run.Counts.Done, out.Run.Counts.Invalid, out.Run.Counts.Refused = 5, 2, 2, 1
	out.Items = &itemsShown{Run: run.ID, Overview: map[runs.ItemStatus]publications.Counted{runs.ItemDone: {N: 2}, runs.ItemError: {N: 3}}}
	text := draw(out)
	require.Contains(t, text, "amazon-uk test, SKU A and 1 more: ended after 1 min.")
	require.Contains(t, text, "towpath publish --account amazon-uk --errors --endpoint test --wait")
	var needs *attention
	require.ErrorAs(t, publishedWell(out), &needs)
	require.Equal(t, "2 items failed Towpath's own check, the channel refused 1", needs.what)
	require.Contains(t, channel.Test.Publishes(channel.Shopify, "shop-dev"), "no test endpoint: shop-dev is a development store")
}

func TestTypesAreSetForACategoryAndFilledIn(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sells()
	set := func(args ...string) string {
		t.Helper()
		code, out, errs := b.run(append([]string{"publish", "type", "--account", "amazon-uk", "--category", "Kitchen > Mugs"}, args...)...)
		require.Zero(t, code, errs)
		return out
	}
	require.Contains(t, set("--type", "DRINKING_CUP", "--set", "country_of_origin=GB"), `amazon-uk: category "Kitchen > Mugs" is DRINKING_CUP.`)
	set("--set", "material=Steel", "--set", "material=Enamel")
	_, out, _ := b.run("publish", "types", "--account", "amazon-uk")
	require.Equal(t, "Kitchen > Mugs: DRINKING_CUP\n  country_of_origin = GB\n  material = Steel, Enamel\n", out)
	set("--set", "country_of_origin=")
	_, out, _ = b.run("publish", "types", "--account", "amazon-uk", "-o", "json")
	var shown struct{ Types []listing.TypeSettings }
	require.NoError(t, json.Unmarshal([]byte(out), &shown))
	require.Equal(t, []listing.TypeSettings{{Category: "Kitchen > Mugs", Type: "DRINKING_CUP", Values: map[string][]string{"material": {"Steel", "Enamel"}}}}, shown.Types)
	require.Contains(t, set("--remove"), "type and attributes of category")
	_, out, _ = b.run("publish", "types", "--account", "amazon-uk")
	require.Contains(t, out, "No type is set")
}

func TestWhatTypesNeedIsListedWithTheCommandThatFillsItIn(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sells()
	code, out, errs := b.run("publish", "needs", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	require.Contains(t, out, "Nothing was missing")
	code, _, errs = b.run("publish", "type", "--account", "amazon-uk", "--category", "Kitchen", "--type", "DRINKING_CUP")
	require.Zero(t, code, errs)
	b.publishes("run-p1")
	code, out, errs = b.run("publish", "needs", "--account", "amazon-uk")
	require.Equal(t, exitAttention, code, errs)
	require.Contains(t, out, "country_of_origin")
	require.Contains(t, out, "1 product lacks it, such as MUG-BLUE\n    want: one of CN, GB, IN\n")
	require.Contains(t, out, "towpath publish type --account amazon-uk --category Kitchen --set country_of_origin=VALUE")
	requireNarrow(t, out)
	n := listing.Need{Type: "DRINKING_CUP", Attribute: "country_of_origin", Values: []string{"CN", "GB"}}
	require.Equal(t, "towpath publish type --account amazon-uk --category 'Kitchen > Mugs' --set country_of_origin=CN", fillCommand("amazon-uk", "Kitchen > Mugs", n))
}

func TestTheRegisterSaysWhatGoesOnWhatWasLastAndWhatWaits(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sells()
	b.publishes("run-p1")
	b.asks("run-p2", publications.Publication{Account: "shopify-uk", Endpoint: channel.Production})
	for _, id := range []string{"run-p3", "run-p4"} {
		require.NoError(t, b.store.Publications.AskPublication(context.Background(), publications.Publication{
			ID: id, Account: "shopify-uk", Endpoint: channel.Production, By: "ann", Selection: listing.Selection{Changed: true}, AskedAt: time.Now(),
		}))
	}
	_, err := b.store.Accounts.Pause(context.Background(), "amazon-uk", "the channel refuses the account's credentials")
	require.NoError(t, err)
	code, out, errs := b.run("runs")
	require.Zero(t, code, errs)
	requireNarrow(t, out)
	text := strings.Join(strings.Fields(out), " ")
	for _, want := range []string{
		"does not answer: this is what the store knows", "failed: throttled paused", "in progress never no schedule 2",
		"no worker answers for it", "towpath runs stop run-p2", "shopify-uk listings production, run run-p3: what has changed, behind run-p2", "run-p4: what has changed, behind run-p3",
	} {
		require.Contains(t, text, want)
	}
	code, out, errs = b.run("runs", "-o", "json")
	require.Zero(t, code, errs)
	var r starter.Register
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	require.NotEmpty(t, r.Activities)
	_, out, _ = b.run("runs", "list", "--kind", "listings")
	require.Contains(t, out, "run-p1")
	_, out, _ = b.run("runs", "--kind", "listings", "--errors")
	require.Contains(t, out, "run-p1", "the flags of before still list")
}
