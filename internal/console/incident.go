package console

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// incidentPath returns the address of an incident's page.
func incidentPath(n incident.Name) string {
	return (&url.URL{Path: "/incidents/" + n.String()}).EscapedPath()
}

// incidentHref returns the address of a need's page; empty: it concerns no account and has none.
func incidentHref(n incident.Need) string {
	if n.Account == "" {
		return ""
	}
	return incidentPath(n.Name())
}

// incidentPage shows an incident.
type incidentPage struct {
	starter.IncidentShown
	Advice *advice
	Items  []affectedItem
	More   int // affected, and not shown
	Values []string
	Notice string
}

// affectedItem is one thing that an incident affects, with its page.
type affectedItem struct {
	store.AffectedItem
	Href string
}

// Tone returns the tone of the incident's state: what is red waits for a person.
func (p incidentPage) Tone() tone { return incidentTone(p.Need) }

// OwnPage reports whether there is a page for what it is about, and the advice does not lead there.
func (p incidentPage) OwnPage() bool {
	return p.Page != "" && (p.Advice == nil || p.Advice.Page == nil || p.Advice.Page.Path != p.Page)
}

// incidentTone returns the tone of a need: red only when it waits for a person.
func incidentTone(n incident.Need) tone {
	switch {
	case n.State == incident.Retrying:
		return wording.Busy
	case n.Waits():
		return wording.Bad
	}
	return wording.Quiet
}

func (c *console) incident(ctx context.Context, r *http.Request) (view, error) {
	name := r.PathValue("name")
	if !plainText(name) {
		return view{}, store.ErrNotFound
	}
	i, err := c.starter.Incident(ctx, name)
	var usage *starter.UsageError
	if errors.As(err, &usage) && c.mayHaveBeen(ctx, name) {
		return view{Title: "It is over", Section: "Overview", Template: "problem", Data: &problem{Title: "It is over",
			What: "Nothing of " + name + " is affected now: it ended by itself, or nothing ever was.", Do: "The overview lists what needs you.", Back: "/"}}, nil
	}
	if errors.As(err, &usage) {
		return view{}, &problem{Status: http.StatusNotFound, Title: "No such incident", What: usage.Problem + ".", Do: "The overview lists those that need you.", Back: "/"}
	}
	if err != nil {
		return view{}, err
	}
	p := incidentPage{IncidentShown: i, Advice: advised(i.Remedy), Notice: saidOf(r)}
	if a := i.Affected; a != nil {
		for _, one := range a.Sample {
			p.Items = append(p.Items, affectedItem{one, itemHref(i.Kind, one)})
		}
		p.More = a.Items - len(p.Items)
		for _, currency := range slices.Sorted(maps.Keys(a.Values)) {
			p.Values = append(p.Values, amountOf(a.Values[currency], currency))
		}
	}
	return view{Title: i.Name, Section: "Overview", Template: "incident", Data: p}, nil
}

// mayHaveBeen reports whether an incident of a name can have been: one that is judged anew each time may be over before it was kept.
func (c *console) mayHaveBeen(ctx context.Context, name string) bool {
	n, err := incident.ParseName(name)
	if err != nil || !slices.Contains(incident.Kinds(), n.Kind) {
		return false
	}
	_, err = c.starter.Store.Accounts.Account(ctx, n.Account)
	return err == nil
}

// itemHref returns the page of what an incident affects.
func itemHref(kind incident.Kind, one store.AffectedItem) string {
	switch {
	case one.OrderRow > 0:
		return "/orders/" + strconv.FormatInt(one.OrderRow, 10)
	case kind == incident.Failing:
		return "/runs/" + url.PathEscape(one.Item)
	case kind == incident.Unpublished:
		return "/sku?" + url.Values{"sku": {one.Item}}.Encode()
	}
	return ""
}

// incidentForm reads a form of an incident's page: the page, and who sends it.
func incidentForm(r *http.Request) (back, by string, err error) {
	if err := r.ParseForm(); err != nil {
		return "", "", badForm("it can't be read", "")
	}
	name, err := incident.ParseName(r.PostForm.Get("incident"))
	if err != nil || !plainText(name.String()) {
		return "", "", badForm("it names no incident", "")
	}
	back = incidentPath(name)
	by = strings.TrimSpace(r.PostForm.Get("by"))
	if !plainText(by) {
		return back, "", notDone("your name is no plain text", back)
	}
	return back, by, nil
}

// acknowledge notes that somebody knows of an incident, and why nothing is done now. Repeating it changes nothing.
func (c *console) acknowledge(ctx context.Context, r *http.Request) (string, error) {
	back, by, err := incidentForm(r)
	if err != nil {
		return "", err
	}
	if by == "" {
		return "", notDone("your name is missing", back)
	}
	reason := strings.TrimSpace(r.PostForm.Get("reason"))
	if reason == "" || !plainText(reason) {
		return "", notDone("the reason is missing: why nothing is done now", back)
	}
	if _, err := c.starter.Acknowledge(ctx, r.PostForm.Get("incident"), reason, by); err != nil {
		return "", refusedAs(err, back)
	}
	return back + "?notice=acknowledged", nil
}

// unacknowledge takes that back. It may be repeated.
func (c *console) unacknowledge(ctx context.Context, r *http.Request) (string, error) {
	back, _, err := incidentForm(r)
	if err != nil {
		return "", err
	}
	if _, _, err := c.starter.Unacknowledge(ctx, r.PostForm.Get("incident")); err != nil {
		return "", refusedAs(err, back)
	}
	return back + "?notice=unacknowledged", nil
}

// retryIncident lets what an incident affects be tried again: all, a sample first, or one.
func (c *console) retryIncident(ctx context.Context, r *http.Request) (string, error) {
	back, by, err := incidentForm(r)
	if err != nil {
		return "", err
	}
	if by == "" {
		by = "the console"
	}
	ask := starter.RetryAsk{Name: r.PostForm.Get("incident"), By: by}
	switch item := r.PostForm.Get("item"); {
	case item != "":
		ask.Items = []string{item}
	case r.PostForm.Get("which") == "sample":
		ask.Sample = starter.SampleFirst
	case r.PostForm.Get("which") != "all":
		return "", badForm("it says neither what nor how many to try again", back)
	}
	out, err := c.starter.RetryIncident(ctx, ask)
	if err != nil && out.Asked == 0 && len(out.Problems) > 0 {
		c.logger.Warn("Retry of an incident was not accepted.", zap.String("incident", ask.Name), zap.Error(err))
		return "", &problem{Status: http.StatusServiceUnavailable, Title: "Not retried", What: "Temporal did not accept the retry; nothing was changed.",
			Do: "Check that the Temporal server runs, then retry again.", Back: back}
	}
	if err != nil && out.Asked == 0 {
		return "", refusedAs(err, back)
	}
	if err != nil {
		return "", err
	}
	if len(out.Problems) > 0 {
		return withNotice(back, "trying-some", out.Asked, ""), nil
	}
	return withNotice(back, "trying", out.Asked, ""), nil
}
