package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/starter"
)

// maxNames limits the names of a publication's products, in bytes.
const maxNames = 2000

// goodsOptions are the ways to select products.
var goodsOptions = []option{
	{Value: "changed", Label: "what has changed", Chosen: true}, {Value: "errors", Label: "what was in error last time"},
	{Value: "skus", Label: "SKUs, named"}, {Value: "products", Label: "products, by key"}, {Value: "categories", Label: "categories, named"},
	{Value: "all", Label: "all goods"},
}

// publishKey returns the key of a publication from its form.
var publishKey = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// publish requests a publication from the form on the publications' page. Because of the form's key, a second click
// requests nothing more.
func (c *console) publish(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	ask, err := readPublish(r.PostForm)
	if err != nil {
		return "", notDone(err.Error(), "/listings")
	}
	ctx, cancel := context.WithTimeout(ctx, retryTimeout)
	defer cancel()
	run, err := c.starter.Publish(ctx, ask)
	var usage *starter.UsageError
	var refused *starter.RefusedError
	switch {
	case errors.As(err, &usage):
		return "", notDone(usage.Problem, "/listings")
	case errors.As(err, &refused):
		return "", notDone(refused.Reason, "/listings")
	case err != nil && run.ID == "":
		return "", err
	case err != nil: // it is queued: the sweep takes it up
		c.logger.Warn("A publication waits for the sweep.", zap.String("run", run.ID), zap.Error(err))
		return shownIn(run.ID, "asked-later"), nil
	}
	return shownIn(run.ID, "asked"), nil
}

// shownIn returns the address of a run's items, with a notice.
func shownIn(run, notice string) string {
	return "/listings?" + url.Values{"run": {run}, "notice": {notice}}.Encode()
}

// readPublish reads the form. The endpoint must be chosen: there is no default.
func readPublish(form url.Values) (starter.PublishRequest, error) {
	ask := starter.PublishRequest{
		Account: strings.TrimSpace(form.Get("account")), Endpoint: channel.Endpoint(form.Get("endpoint")), DryRun: form.Get("dry") == "1",
		By: strings.TrimSpace(form.Get("by")), Key: form.Get("key"),
	}
	switch {
	case ask.Account == "":
		return ask, errors.New("the account is missing")
	case !slices.Contains(endpoints, ask.Endpoint):
		return ask, errors.New("the endpoint is missing: choose test or production")
	case ask.By == "" || !plainText(ask.By):
		return ask, errors.New("your name is missing")
	case !publishKey.MatchString(ask.Key):
		return ask, errors.New("the form has no key: open the page again and fill it in there")
	}
	var err error
	ask.Selection, err = readGoods(form.Get("goods"), form.Get("names"))
	return ask, err
}

func readGoods(which, text string) (s listing.Selection, err error) {
	var names []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	named := which == "skus" || which == "products" || which == "categories"
	switch {
	case len(text) > maxNames || slices.ContainsFunc(names, func(n string) bool { return !plainText(n) }):
		return s, errors.New("the names are too long, or not plain text: `towpath publish` accepts any number of them")
	case named && len(names) == 0:
		return s, errors.New("the names of the goods are missing")
	case !named && len(names) > 0:
		return s, errors.New("goods are named, but the choice is not by name: choose SKUs, products or categories, or delete the names")
	}
	switch which {
	case "changed":
		s.Changed = true
	case "errors":
		s.Errors = true
	case "skus":
		s.SKUs = names
	case "products":
		s.Products = names
	case "categories":
		s.Categories = names
	case "all":
	default:
		return s, errors.New("the choice of goods is missing")
	}
	return s, nil
}
