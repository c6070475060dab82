package explain

import (
	"cmp"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/order"
)

func quoted(s string) string { return invocation.ShellWord(s) }

// seen says when a skipped order was first seen, and with which status.
func seen(e Evidence) []string {
	o := e.Order
	return []string{fmt.Sprintf("First seen %s; its status on the channel is %q.", e.moment(o.SeenAt), o.Status), fmt.Sprintf("Run %s %s.", o.RunID, withRequest(o.RequestID))}
}

// lookStatus is check 7: an order with this status is not downloaded, or the channel has no such order.
func lookStatus(e Evidence) result {
	if o := e.Order; o != nil {
		if o.State == order.Skipped && o.Reason != order.ReasonSite && o.Reason != order.ReasonNoSite {
			return found(Finding{Cause: Cause(o.Reason), Says: "It was skipped: " + o.Reason.Text() + ".", Evidence: seen(e),
				Do: skippedDo(e, o.Reason), NeedsYou: o.Reason == order.ReasonUnmapped})
		}
		if a := e.Channel; a.Missing {
			return found(Finding{Cause: NotOnChannel, NeedsYou: true, Says: "It is here, and the channel does not have it any more.", Evidence: asked(e), Do: []string{e.show()}})
		}
		return notThis(fmt.Sprintf("%q, which is downloaded", o.Status))
	}
	a := e.Channel
	switch {
	case !a.Told():
		return notKnown(a.Why)
	case a.Missing:
		return found(Finding{Cause: NotOnChannel, NeedsYou: true, Says: fmt.Sprintf("%s has no order %s.", e.Account.ID, e.Reference), Evidence: asked(e),
			Do: []string{"Compare the number with the one on the channel's own page of the order, and see of which account that page is.",
				"`towpath accounts` lists your accounts; an order of another one is explained with --account."}})
	case a.Means == order.FulfilmentShipped:
		return found(Finding{Cause: ShippedBefore, Says: "It is shipped on the channel, and was so before a scan could read it: such orders are not downloaded.", Evidence: asked(e),
			Do: []string{"Nothing is left to ship. If it was not sent, correct it on the channel: the next scan takes it."}})
	case a.Means == order.FulfilmentCancelled:
		return found(Finding{Cause: CancelBefore, Says: "It is cancelled on the channel, and was so before a scan could read it: such orders are not downloaded.", Evidence: asked(e)})
	case a.Skips != "":
		return found(Finding{Cause: Cause(a.Skips), Says: "A scan skips it: " + a.Skips.Text() + ".", Evidence: asked(e), Do: skippedDo(e, a.Skips), NeedsYou: a.Skips == order.ReasonUnmapped})
	}
	return notThis(fmt.Sprintf("%q, which is downloaded", a.Status))
}

// asked says what the channel answered, and when.
func asked(e Evidence) []string {
	a := e.Channel
	if a.Missing {
		return []string{fmt.Sprintf("Asked %s %s.", e.moment(a.At), withRequest(a.RequestID))}
	}
	return []string{fmt.Sprintf("Asked %s: status %q, placed %s, last changed %s %s.", e.moment(a.At), a.Status, e.moment(a.PlacedAt), e.moment(a.UpdatedAt), withRequest(a.RequestID))}
}

// skippedDo is what to do about a skipped order.
func skippedDo(e Evidence, reason order.Reason) []string {
	again := fmt.Sprintf("Then `towpath sync orders --account %s --wait`, once the channel has changed it; the nightly scan of all open orders takes it in any case.", e.Account.ID)
	switch reason {
	case order.ReasonUnmapped:
		return []string{fmt.Sprintf("Say in the accounts file, under `statuses` of %s, what the status means, and restart the workers.", e.Account.ID), again}
	case order.ReasonSetting:
		return []string{fmt.Sprintf("`statuses` of %s in the accounts file skips this status: change it there if that is wrong, and restart the workers.", e.Account.ID), again}
	case order.ReasonUnpaid:
		return []string{fmt.Sprintf("It is taken once it is paid. `reserve: placed` for %s takes unpaid orders too.", e.Account.ID)}
	case order.ReasonShipped:
		return []string{"Nothing is left to ship. If it was not sent, correct it on the channel: the next scan takes it."}
	case order.ReasonFulfilled, order.ReasonService:
		return []string{"Nothing is to be shipped from here. If it is, change on the channel who fulfils it."}
	case order.ReasonCancelled, order.ReasonNoShipping, order.ReasonSite, order.ReasonNoSite:
	}
	return nil
}

// lookWindow: whether the scans have read up to the order.
func lookWindow(e Evidence) result {
	a := e.Channel
	if !a.Told() {
		return notKnown("the scans have read all that changed before " + cmp.Or(e.moment(e.Account.Watermark), "nothing yet") + "; when this order changed is not known")
	}
	if a.Missing {
		return notThis("the channel has no such order")
	}
	mark := e.Account.Watermark
	behind := mark.IsZero() || a.UpdatedAt.After(mark)
	sync := fmt.Sprintf("`towpath sync orders --account %s --wait` reads it now.", e.Account.ID)
	next := Finding{Cause: NotScannedYet, Evidence: append(asked(e), "The scans have read all that changed before "+cmp.Or(e.moment(mark), "nothing yet")+".")}
	if a.PlacedAt.After(e.Now) {
		next.Evidence = append(next.Evidence, "Its date lies in the future: the channel's clock or this one is wrong, or it is a pre-order.")
	}
	switch {
	case e.Order != nil && behind && a.Status != e.Order.Status:
		next.Says, next.Do = fmt.Sprintf("The channel has changed it since it was read: it is %q there, and %q here.", a.Status, e.Order.Status), []string{sync}
		return found(next)
	case e.Order != nil:
		return notThis("what is saved is what the channel has, or the next scan reads it")
	case behind:
		next.Says, next.Do = "The channel has it, and no scan has read so far yet: the next one takes it.", []string{sync}
		return found(next)
	case !e.Scans.First.IsZero() && a.PlacedAt.Before(e.Scans.First.Add(-order.ConnectWindow)) && !a.UpdatedAt.After(e.Scans.First):
		return found(Finding{Cause: OutsideWindow, NeedsYou: true, Evidence: append(asked(e), "The first scan of "+e.Account.ID+" began "+e.moment(e.Scans.First)+"."),
			Says: fmt.Sprintf("It was placed more than %d days before the account was connected: scans do not read such orders.", int(order.ConnectWindow.Hours()/24)),
			Do:   []string{fetch(e), "Any change of it on the channel, such as a note, brings it with the next scan too."}})
	case a.Means == order.FulfilmentShipped || a.Means == order.FulfilmentCancelled:
		return notThis("nothing of it is left to ship on the channel, so no scan takes it")
	}
	return found(Finding{Cause: Missed, NeedsYou: true, Evidence: next.Evidence,
		Says: "The channel has it, open, and the scans have read past it: it was missed.",
		Do:   []string{fetch(e), "The nightly scan of all open orders takes it too, unless it is old.", "Tell support: the data for it is below."}})
}

// fetch is what brings an order that the scans have read past.
func fetch(e Evidence) string {
	placed := e.Channel.PlacedAt
	if placed.IsZero() {
		placed = e.Channel.UpdatedAt
	}
	day := placed.UTC().Format(time.DateOnly)
	return fmt.Sprintf("`towpath backfill orders --account %s --from %s --to %s --wait` reads what was sold on that day, and takes it.", e.Account.ID, day, day)
}

// nothingKnown is said when no check has found anything.
func nothingKnown(e Evidence) Finding {
	f := Finding{Cause: NothingIsKnown, NeedsYou: true, Check: CheckStatus, Says: fmt.Sprintf("No order %s of %s was ever seen here.", e.Reference, e.Account.ID),
		Do: []string{"Compare the number with the one on the channel's own page of the order, and see which status it has there.",
			"`towpath accounts` lists your accounts: it may be an order of another one."}}
	if e.Channel.Why != "" {
		f.Evidence = sentences("What the channel has is not known: " + e.Channel.Why)
	}
	return f
}
