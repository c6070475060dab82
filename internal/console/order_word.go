package console

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

// HeldByHand reports whether a person holds the order.
func (p orderPage) HeldByHand() bool {
	for _, h := range p.OpenHolds() {
		if h.ByHand() {
			return true
		}
	}
	return false
}

// OnlyChanged reports whether the channel says nothing against what was done here, but has changed the order after it was packed.
func (p orderPage) OnlyChanged() bool { return order.OnlyAfterPacking(p.Contradiction) }

// orderWord carries out a person's word about an order, who is named with it. Repeating it changes nothing.
func (c *console) orderWord(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return "", store.ErrNotFound
	}
	word, by := r.PostForm.Get("word"), strings.TrimSpace(r.PostForm.Get("by"))
	back := "/orders/" + strconv.FormatInt(id, 10)
	if by == "" || !plainText(by) {
		return "", notDone("who says so is missing", back)
	}
	detail, err := c.starter.Store.Orders.Detail(ctx, id)
	if err != nil {
		return "", err
	}
	_, err = c.say(ctx, word, by, detail.OrderRow, r)
	var usage *starter.UsageError
	var refused *starter.RefusedError
	switch {
	case errors.As(err, &usage):
		return "", notDone(usage.Problem, back)
	case errors.As(err, &refused):
		return "", notDone(refused.Reason, back)
	case err != nil:
		return "", err
	}
	return back + "?notice=decided", nil
}

func (c *console) say(ctx context.Context, word, by string, row orders.OrderRow, r *http.Request) (message.OrderResult, error) {
	reason := strings.TrimSpace(r.PostForm.Get("reason"))
	switch word {
	case "hold":
		return c.starter.Hold(ctx, row, by, reason)
	case "allow":
		return c.starter.Allow(ctx, row, by, []order.Hold{order.Hold(r.PostForm.Get("hold"))})
	case "note":
		return message.OrderResult{}, c.starter.Note(ctx, row, by, r.PostForm.Get("text"))
	case "delete":
		return c.starter.Delete(ctx, row, by, reason)
	case "restore":
		return c.starter.Restore(ctx, row, by)
	}
	return message.OrderResult{}, badForm("the word is none of those that the page offers", "")
}
