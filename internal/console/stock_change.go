package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/starter"
)

// stockForm is one way to change stock by hand.
type stockForm struct {
	What, Title, Help, Quantity string
	Least                       string  // of the quantity; empty: it may be negative
	To                          bool    // it needs a second location
	Filled                      *undone // takes back an earlier change; nil: the form is empty
	do                          func(*starter.Starter, context.Context, starter.StockAsk) (starter.StockOutcome, error)
}

var stockForms = []stockForm{
	{What: "count", Title: "Count", Help: "You have counted the units. If there are fewer than are reserved, the newest orders become backordered.",
		Quantity: "Units counted", Least: "0", do: (*starter.Starter).CountStock},
	{What: "adjust", Title: "Adjust", Help: "Something broke, was found or got lost: enter the difference.",
		Quantity: "Difference, such as -2", do: (*starter.Starter).AdjustStock},
	{What: "receive", Title: "Receive", Help: "Goods came in. Waiting orders get them first, the oldest first.",
		Quantity: "Units that came in", Least: "1", do: (*starter.Starter).ReceiveStock},
	{What: "move", Title: "Move", Help: "Free units go to another location.",
		Quantity: "Units", Least: "1", To: true, do: (*starter.Starter).MoveStock},
}

// changeKey returns the key of a change as its page's address has it: the kind of change, and the form's own key.
var changeKey = regexp.MustCompile(`^(count|adjust|receive|move)/[A-Z2-7]{26}$`)

// changeStock carries out one form. Its key makes it count once, however often it is sent.
func (c *console) changeStock(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	form, err := stockFormOf(r.PathValue("what"))
	if err != nil {
		return "", err
	}
	ask, err := readAsk(r.PostForm)
	if err == nil && !changeKey.MatchString(form.What+"/"+ask.Key) {
		err = errors.New("the form has no key: open the SKU's page again and fill it in there")
	}
	back := "/sku?" + url.Values{"sku": {ask.SKU}}.Encode()
	if err != nil {
		return "", notDone(err.Error(), back)
	}
	out, err := form.do(c.starter, ctx, ask)
	var usage *starter.UsageError
	if errors.As(err, &usage) {
		return "", notDone(usage.Problem, back)
	}
	if err != nil {
		return "", err
	}
	if out.Warning != "" {
		c.logger.Warn("Levels wait for the sweep.", zap.String("sku", ask.SKU), zap.String("warning", out.Warning))
	}
	return back + "&" + url.Values{"done": {form.What + "/" + ask.Key}}.Encode(), nil
}

func stockFormOf(what string) (stockForm, error) {
	for _, f := range stockForms {
		if f.What == what {
			return f, nil
		}
	}
	return stockForm{}, store.ErrNotFound
}

// notDoneBecause begins what a page says that refuses a form.
const notDoneBecause = "Nothing was changed: "

func notDone(why, back string) error {
	return &problem{Status: http.StatusUnprocessableEntity, Title: "Not done", What: notDoneBecause + why + ".", Do: "Go back, correct it and send it again.", Back: back}
}

// readAsk reads a form. Every change must name a person and a reason.
func readAsk(form url.Values) (ask starter.StockAsk, err error) {
	text := func(name, what string) string {
		s := strings.TrimSpace(form.Get(name))
		switch {
		case err != nil:
		case !plainText(s):
			err = errors.New(what + " is too long, or not plain text: at most " + strconv.Itoa(maxText) + " bytes")
		case s == "":
			err = errors.New(what + " is missing")
		}
		return s
	}
	ask = starter.StockAsk{SKU: text("sku", "the SKU"), Location: text("location", "the location"), Key: text("key", "the form's key")}
	ask.By, ask.Reason = text("by", "your name"), text("reason", "the reason")
	if form.Has("to") {
		ask.To = text("to", "the location to move to")
	}
	quantity := text("quantity", "the quantity")
	if err == nil {
		if ask.Quantity, err = strconv.Atoi(quantity); err != nil {
			err = errors.New("the quantity " + strconv.Quote(quantity) + " is not a whole number")
		}
	}
	return ask, err
}

// stockDone is the effect of a change, as the ledger has it.
type stockDone struct {
	Moved       []movementRow // by hand: one, of a move two
	Backordered []orderUnits  // orders that lost units
	Filled      []orderUnits  // orders that got units they had waited for
}

type orderUnits struct {
	Account, Reference string
	Units              int
}

// stockDone reads back a change by its key; nil when there is none.
func (c *console) stockDone(ctx context.Context, key string) (*stockDone, error) {
	if key == "" {
		return nil, nil
	}
	rows, err := c.starter.Store.Ledger.StockMoved(ctx, key)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	d := &stockDone{}
	for _, m := range rows {
		switch {
		case m.Kind == stock.Release:
			d.Backordered = append(d.Backordered, orderUnits{m.Account, m.Reference, -m.Reserved})
		case m.Kind == stock.Reserve:
			d.Filled = append(d.Filled, orderUnits{m.Account, m.Reference, m.Reserved})
		case m.Reference == "":
			d.Moved = append(d.Moved, movementRow{m})
		}
	}
	return d, nil
}
