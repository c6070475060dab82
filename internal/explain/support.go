package explain

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/wording"
)

// support collects what a support desk asks for (seed 002): the reference; source and subsource, which are the channel and the account;
// the order's placement and status as the channel shows them; and whether it is just this order.
func support(e Evidence, x Explanation) []Fact {
	a := e.Account
	facts := []Fact{
		{"reference", e.name()},
		{"channel order id", cmp.Or(x.OrderID, "not known")},
		{"source", string(a.Channel)},
		{"subsource", fmt.Sprintf("%s (%s), %s, endpoint %s", a.ID, a.Name, cmp.Or(a.Marketplace, "no marketplace given"), a.EndpointText())},
		{"on the channel", x.Answer.text()},
		{"saved here", saved(e.Order)},
		{"explained by", string(x.First().Cause) + ": " + x.First().Says},
		{"just this order", strings.Join(x.Others.Says, " ")},
		{"scans have read all changes before", cmp.Or(wording.Moment(a.Watermark), "nothing yet")},
	}
	for i, r := range e.Scans.Newest {
		if i == 3 {
			break
		}
		facts = append(facts, Fact{"scan " + r.ID, fmt.Sprintf("began %s, ended %s, %d seen, %d errors, fault: %s", wording.Moment(r.StartedAt),
			cmp.Or(wording.Moment(r.EndedAt), "not yet"), r.Counts.Seen, r.Counts.Errors, cmp.Or(wording.Fault(r.FaultClass, r.FaultCode), "none"))})
	}
	for _, id := range requests(e) {
		facts = append(facts, Fact{"request id", id})
	}
	return facts
}

// text says what the channel said, in one line.
func (a Answer) text() string {
	switch {
	case !a.Told():
		return "not known: " + a.Why
	case a.Missing:
		return "it has no such order, asked " + wording.Moment(a.At)
	}
	return fmt.Sprintf("status %q, placed %s, last changed %s, paid: %s, %s; asked %s", a.Status, cmp.Or(wording.Moment(a.PlacedAt), "at a time it does not give"),
		cmp.Or(wording.Moment(a.UpdatedAt), "at a time it does not give"), strconv.FormatBool(a.Paid), wording.Plural(a.Lines, "line"), wording.Moment(a.At))
}

func saved(o *Order) string {
	if o == nil {
		return "no"
	}
	return fmt.Sprintf("%s at %s, status %q, placed %s, first seen %s, last changed %s", o.State, cmp.Or(o.Location, "no location"), o.Status,
		wording.Moment(o.PlacedAt), wording.Moment(o.SeenAt), wording.Moment(o.UpdatedAt))
}

// requests are the request ids by which the channel's support finds the calls that concern the order.
func requests(e Evidence) []string {
	ids := []string{e.Channel.RequestID}
	if e.Channel.Fault != nil {
		ids = append(ids, e.Channel.Fault.RequestID)
	}
	if e.Order != nil {
		ids = append(ids, e.Order.RequestID)
	}
	if e.Aside != nil && e.Aside.Fault != nil {
		ids = append(ids, e.Aside.Fault.RequestID)
	}
	if e.Scans.Failed != nil {
		ids = append(ids, e.Scans.Failed.RequestID)
	}
	for _, i := range e.Errors {
		ids = append(ids, i.RequestID)
	}
	var out []string
	known := map[string]bool{"": true}
	for _, id := range ids {
		if !known[id] && len(out) < 5 {
			known[id] = true
			out = append(out, id)
		}
	}
	return out
}

// SupportText returns the support data of all explanations as the text of a file or a message.
func SupportText(reference, version string, at time.Time, list []Explanation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Missing order %s\nTowpath %s, %s\n", reference, version, wording.Moment(at))
	for _, x := range list {
		fmt.Fprintf(&b, "\n%s\n", x.Account)
		for _, f := range x.Support {
			fmt.Fprintf(&b, "  %s: %s\n", f.Name, f.Value)
		}
		b.WriteString("  checks:\n")
		for _, c := range x.Checks {
			fmt.Fprintf(&b, "    %s: %s\n", c.Check, c.Result())
		}
	}
	b.WriteString("\nAdd a screenshot of the order on the channel that shows when it was placed and its status.\n")
	return b.String()
}

// Result says what a check found, in one line.
func (c Checked) Result() string {
	switch {
	case c.Found:
		return "found: " + c.Says
	case !c.Known:
		return "not known: " + c.Says
	}
	return "not this: " + c.Says
}
