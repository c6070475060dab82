package explain

import (
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/wording"
)

// lookAccount is check 5: the account is switched off or paused, or has never been scanned.
func lookAccount(e Evidence) result {
	a := e.Account
	switch {
	case !a.Enabled:
		return found(Finding{Cause: AccountOff, NeedsYou: true, Says: a.ID + " is switched off: its orders are not read.",
			Do: []string{fmt.Sprintf("Set `enabled: true` for %s in the accounts file and restart the workers.", a.ID)}})
	case a.Paused:
		return found(Finding{Cause: AccountPaused, NeedsYou: true,
			Says:     fmt.Sprintf("%s has been paused since %s: its orders are not read.", a.ID, e.moment(a.PausedAt)),
			Evidence: sentences("Reason: " + a.PausedReason),
			Do:       []string{fmt.Sprintf("`towpath accounts resume %s` tests the connection and goes on where it stopped: nothing is lost.", a.ID)}})
	case e.Scans.First.IsZero() && a.Watermark.IsZero():
		return found(Finding{Cause: NeverScanned, NeedsYou: true, Says: "No scan has read orders of " + a.ID + " yet.",
			Do: []string{fmt.Sprintf("`towpath sync orders --account %s --wait` reads all that are open. Without a worker it waits: `towpath status` says so.", a.ID)}})
	case a.Observing:
		return notThis(a.ID + " is on; it observes: orders are read, nothing is sent")
	}
	return notThis(a.ID + " is on and live")
}

// sentences adds the full stops that the texts lack, and leaves out empty ones.
func sentences(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, strings.TrimSuffix(t, ".")+".")
		}
	}
	return out
}

// lookConnection is check 6: the channel does not answer, or refuses the account.
func lookConnection(e Evidence) result {
	last, known, failed := e.Scans.last()
	if known && failed > 0 {
		f := Finding{Cause: Connection, NeedsYou: true, Do: e.Scans.Steps,
			Says: fmt.Sprintf("The last scan of %s failed: %s.", e.Account.ID, wording.Fault(last.FaultClass, last.FaultCode)),
			Evidence: []string{
				fmt.Sprintf("%s of the newest in a row failed; the last began %s (run %s).", wording.Plural(failed, "scan"), e.moment(last.StartedAt), last.ID),
				"Nothing is lost: the next scan that succeeds begins where the last good one ended.",
			}}
		if fault := e.Scans.Failed; fault != nil && fault.RequestID != "" {
			f.Evidence = append(f.Evidence, "Request id of the failed call: "+fault.RequestID+".")
		}
		f.Do = append(f.Do, fmt.Sprintf("`towpath accounts test %s` tests each capability.", e.Account.ID))
		return found(f)
	}
	if f := e.Channel.Fault; f != nil && !e.Channel.Missing {
		return notKnown("the scans work; asking for this order failed: " + f.Text())
	}
	if !known {
		return notKnown("no scan of " + e.Account.ID + " has ended yet")
	}
	return notThis("the last scan ended well, " + e.moment(last.EndedAt))
}

// lookRuns is check 8: runs had the order in error.
func lookRuns(e Evidence) result {
	if len(e.Errors) == 0 || e.Order != nil && !e.Errors[0].At.After(e.Order.UpdatedAt) {
		return notThis("no run has it in error")
	}
	newest := e.Errors[0]
	f := Finding{Cause: Unusable, NeedsYou: true, Says: "Runs had it in error: " + newest.Reason + ".",
		Do: []string{fmt.Sprintf("`towpath items --run %s --status error` shows the run's errors. Correct the order on the channel: the next scan reads it again.", newest.RunID)}}
	for i, item := range e.Errors {
		if i == 3 {
			f.Evidence = append(f.Evidence, fmt.Sprintf("And %d more.", len(e.Errors)-i))
			break
		}
		f.Evidence = append(f.Evidence, strings.TrimSpace(fmt.Sprintf("%s, run %s %s", e.moment(item.At), item.RunID, withRequest(item.RequestID)))+".")
	}
	return found(f)
}

func withRequest(id string) string {
	if id == "" {
		return ""
	}
	return "(request " + id + ")"
}

// lookAside: the order can't be read.
func lookAside(e Evidence) result {
	a := e.Aside
	if a == nil {
		return notThis("it is not set aside")
	}
	f := Finding{Cause: SetAside, NeedsYou: true, Says: "It can't be read, and is set aside since " + e.moment(a.FirstSeen) + ".", Do: a.Steps}
	if e.Order != nil {
		f.Says = "A newer version of it can't be read, and is set aside since " + e.moment(a.FirstSeen) + ": what is saved here is old."
	}
	f.Evidence = []string{fmt.Sprintf("Seen %s, last %s.", wording.Plural(a.Times, "time"), e.moment(a.LastSeen))}
	if a.Fault != nil {
		f.Evidence = append(f.Evidence, fmt.Sprintf("Fault: %s %s.", a.Fault.Brief(), withRequest(a.Fault.RequestID)))
	}
	f.Do = append(f.Do, "`towpath orders aside list` has it; `towpath orders aside retry "+a.Name+" --wait` tries again.")
	return found(f)
}

// lookElsewhere: the order belongs to another account, or to another site of the channel.
func lookElsewhere(e Evidence) result {
	switch o := e.Order; {
	case o != nil && o.State == order.Skipped && (o.Reason == order.ReasonSite || o.Reason == order.ReasonNoSite):
		return found(Finding{Cause: Cause(o.Reason), NeedsYou: o.Reason == order.ReasonNoSite, Says: "It was skipped: " + o.Reason.Text() + ".",
			Evidence: seen(e), Do: atPlaces(e)})
	case len(e.Elsewhere) == 0:
		return notThis("no other account has an order with this number")
	case o != nil:
		return notThis(fmt.Sprintf("%s with this number: %s", wording.Count(len(e.Elsewhere), "other order", "other orders"), places(e.Elsewhere)))
	}
	return found(Finding{Cause: OtherAccount, Says: fmt.Sprintf("It is not on %s. It is on another account: %s.", e.Account.ID, places(e.Elsewhere)), Do: atPlaces(e)})
}

func places(list []Place) string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = fmt.Sprintf("%s (%s)", p.Account, p.State)
	}
	return strings.Join(texts, ", ")
}

// atPlaces are the commands that show the orders elsewhere.
func atPlaces(e Evidence) []string {
	var out []string
	for _, p := range e.Elsewhere {
		out = append(out, fmt.Sprintf("`towpath explain order %s --account %s`", quoted(p.OrderID), p.Account))
	}
	return out
}
