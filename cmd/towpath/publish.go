package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/starter"
)

// publishAsked has the flags of a publication.
type publishAsked struct {
	account, endpoint string
	goods             listing.Selection
	all, dry          bool
	w                 waiting
}

func (p *Program) publishCommand() *cobra.Command {
	var a publishAsked
	c := &cobra.Command{
		Use:   "publish --account A",
		Short: "Publish products, or check them: local validation first, then the channel's answer",
		Long: "Publishes products of the catalogue on an account. Each is first validated against the channel's definitions,\n" +
			"and all its mistakes are shown at once; invalid products are not sent. The others go to the channel in batches;\n" +
			"`towpath items` shows the result of each. An existing listing is patched; quantities are not sent with it but\n" +
			"follow as levels.\n\n" +
			"Select products with --sku, --product and --category (each may be repeated and adds to the others), --changed\n" +
			"(since the channel last accepted them), --errors (failed the last time), or --all.\n\n" +
			"--endpoint is test unless you give production. Amazon's test is VALIDATION_PREVIEW; eBay's is its sandbox,\n" +
			"Shopify's a development store: both are accounts of their own, named by test_account in the accounts file.\n" +
			"--dry-run only validates: nothing is sent, and products are compared with what the account itself lists. An\n" +
			"account that observes can use only --dry-run and Amazon's test. One run per account and endpoint works at a\n" +
			"time; others are queued.\n\n" +
			"With --wait it exits 3 when items ended in error.",
		Example: "  towpath publish --account amazon-uk --category \"Kitchen > Mugs\" --dry-run\n" +
			"  towpath publish --account amazon-uk --changed --endpoint test --wait\n" +
			"  towpath publish --account ebay-uk --sku MUG-RED --sku MUG-BLUE --endpoint production --wait\n" +
			"  towpath publish --account shopify-uk --errors --endpoint production -o json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.check(); err != nil {
				return err
			}
			return a.w.reach(cmd.Context(), p, func(ctx context.Context, pf *platform.Platform) error { return p.publish(ctx, pf, a) })
		},
	}
	f := c.Flags()
	f.StringVar(&a.account, "account", "", "the account whose goods are to be published; must be given")
	f.StringArrayVar(&a.goods.SKUs, "sku", nil, "this SKU of yours; may be given several times")
	f.StringArrayVar(&a.goods.Products, "product", nil, "the product with this key, all its variants; may be given several times")
	f.StringArrayVar(&a.goods.Categories, "category", nil, "the goods of this category, with all below it; may be given several times")
	f.BoolVar(&a.goods.Changed, "changed", false, "goods changed since the channel last accepted them")
	f.BoolVar(&a.goods.Errors, "errors", false, "goods that ended in error when they were last published there")
	f.BoolVar(&a.all, "all", false, "all goods that the account sells or may sell")
	f.StringVar(&a.endpoint, "endpoint", "", "test or production (default test; with --dry-run production, where nothing is sent)")
	f.BoolVar(&a.dry, "dry-run", false, "only Towpath's own check; nothing is sent")
	a.w.flags(c, time.Hour)
	c.AddCommand(p.publishStopCommand(), p.publishRetryCommand(), p.publishTypeCommand(), p.publishTypesCommand(), p.publishNeedsCommand(),
		p.publishHeldCommand(), p.publishReleaseCommand())
	return c
}

// check returns an error for invalid flags, before anything is opened.
func (a publishAsked) check() error {
	named := len(a.goods.SKUs) + len(a.goods.Products) + len(a.goods.Categories)
	ways := 0
	for _, given := range []bool{named > 0, a.goods.Changed, a.goods.Errors, a.all} {
		if given {
			ways++
		}
	}
	switch {
	case a.account == "":
		return usagef("name the account: --account A (`towpath accounts` lists them)")
	case ways == 0:
		return usagef("choose the goods: --sku, --product, --category, --changed, --errors or --all")
	case ways > 1:
		return usagef("choose only one: goods by name (--sku, --product, --category), --changed, --errors or --all")
	case a.endpoint != "" && a.endpoint != string(channel.Test) && a.endpoint != string(channel.Production):
		return usagef("--endpoint %q: want test or production", a.endpoint)
	}
	return nil
}

// where returns the endpoint. Production must be named, except when nothing is sent.
func (a publishAsked) where(account accounts.Account) channel.Endpoint {
	switch {
	case a.endpoint != "":
		return channel.Endpoint(a.endpoint)
	case a.dry:
		return account.Endpoint
	}
	return channel.Test
}

// published is what the command prints.
type published struct {
	Run    publications.Publication `json:"run"`
	Means  string                   `json:"means"`            // what its endpoint is
	Behind string                   `json:"behind,omitempty"` // the run that must end first
	Items  *itemsShown              `json:"items,omitempty"`  // with --wait
}

func (p *Program) publish(ctx context.Context, pf *platform.Platform, a publishAsked) error {
	if err := knownAccount(ctx, pf, a.account); err != nil {
		return err
	}
	account, err := pf.Store.Accounts.Account(ctx, a.account)
	if err != nil {
		return err
	}
	run, err := pf.Starter.Publish(ctx, starter.PublishRequest{Account: a.account, Endpoint: a.where(account), Selection: a.goods, DryRun: a.dry, By: person()})
	if err != nil {
		return err
	}
	out := published{Run: run, Means: run.Endpoint.Publishes(account.Channel, run.Through)}
	if out.Behind, err = behind(ctx, pf, run); err != nil {
		return err
	}
	if a.w.wait {
		p.printError(whereTo(out))
		if out.Run, err = pf.Starter.PublicationDone(ctx, run.ID, p.publishing(run)); err != nil {
			return err
		}
		if out.Items, err = p.collectItems(ctx, pf, itemsAsked{filter: publications.ItemFilter{Run: run.ID, Limit: pageSize}, unfold: inBrief, wrong: true}); err != nil {
			return err
		}
	}
	if err := p.print(out, func(pg *page) { showPublished(pg, out) }); err != nil {
		return err
	}
	return publishedWell(out)
}

// publishing returns a function that prints the run's progress to the error output, or that of the run it waits for.
func (p *Program) publishing(run publications.Publication) func(message.Status) {
	own, other := p.progress(run.Account+": "), p.progress(run.Account+": queued, the run before it: ")
	return func(s message.Status) {
		if s.RunID == "" || s.RunID == run.ID {
			own(s)
			return
		}
		other(s)
	}
}

// behind returns the run that must end before this one, or an empty string.
func behind(ctx context.Context, pf *platform.Platform, run publications.Publication) (string, error) {
	queue, err := pf.Store.Publications.List(ctx, run.Account, run.Endpoint)
	if err != nil {
		return "", err
	}
	before := ""
	for _, q := range queue {
		if q.ID == run.ID {
			return before, nil
		}
		before = q.ID
	}
	return "", nil
}
