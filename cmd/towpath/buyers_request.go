package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) buyersRequestCommand() *cobra.Command {
	var a starter.AnswerRequest
	var topic string
	c := &cobra.Command{
		Use:   "request FILE --topic TOPIC",
		Short: "Do what a request of Shopify's about buyers' data says",
		Long: "FILE is the body of the webhook, as Shopify sent it; TOPIC is in its header X-Shopify-Topic.\n\n" +
			"customers/redact: forgets the buyers of the orders that it names, and of all orders of the shop with its e-mail\n" +
			"address or phone number. shop/redact: forgets all buyers of the shop. customers/data_request: writes what is held\n" +
			"to --out, which counts as showing. It may be repeated. Whether the request is Shopify's own must be checked before.",
		Example: "  towpath buyers request redact.json --topic customers/redact\n" +
			"  towpath buyers request uninstalled.json --topic shop/redact\n" +
			"  towpath buyers request data.json --topic customers/data_request --out held.json",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if a.Request, err = readRequest(buyer.Topic(topic), args[0]); err != nil {
				return err
			}
			a.By = userName()
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				out, err := pf.Starter.AnswerRequest(cmd.Context(), a)
				if err != nil {
					return err
				}
				if err := p.print(out, func(pg *page) { showAnswered(pg, out) }); err != nil || len(out.Unreadable) == 0 {
					return err
				}
				return &attention{wording.Plural(len(out.Unreadable), "record") + " can't be read, so the file does not have it"}
			})
		},
	}
	f := c.Flags()
	f.StringVar(&topic, "topic", "", "the webhook's topic: customers/redact, shop/redact or customers/data_request")
	f.StringVar(&a.Reason, "reason", "", "why; kept in the log, behind the topic")
	f.StringVar(&a.Path, "out", "", "of a data request: file to write, a new one")
	return c
}

// readRequest reads the request in a file.
func readRequest(topic buyer.Topic, path string) (buyer.Request, error) {
	f, err := os.Open(path)
	if err != nil {
		return buyer.Request{}, usagef("%s", err)
	}
	defer func() { _ = f.Close() }()
	r, err := buyer.ParseRequest(topic, f)
	if errors.Is(err, buyer.ErrRequest) {
		return r, usagef("%s: %s", path, err)
	}
	if err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func showAnswered(pg *page, out starter.RequestAnswered) {
	if out.Topic == buyer.DataRequest {
		pg.line("%s of %s in %s.", wording.Plural(out.Orders, "order"), strings.Join(out.Accounts, ", "), out.File)
	} else {
		pg.line("%s of %s: %s removed.", wording.Plural(out.Orders, "order"), strings.Join(out.Accounts, ", "), wording.Plural(out.Forgotten, "record"))
	}
	for _, u := range out.Unreadable {
		pg.line("Order %s of %s: %s", u.Reference, u.Account, u.Why)
	}
}
