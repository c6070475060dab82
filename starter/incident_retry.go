package starter

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/runs"
)

// RetryAsk says what of an incident is to be tried again.
type RetryAsk struct {
	Name   string
	Sample int      // only so many, the longest affected; 0: all
	Items  []string // only these: references of orders, packages, SKUs; nil: all
	By     string   // who asks
}

// IncidentRetry is what was asked to be tried again, and what became of it.
type IncidentRetry struct {
	Name      string   `json:"name"`
	Asked     int      `json:"asked"`               // items that are tried again
	Run       string   `json:"run,omitempty"`       // that does it, where one run does
	Problems  []string `json:"problems,omitempty"`  // why some were not asked
	Done      bool     `json:"done"`                // nothing is under way any more
	Left      int      `json:"left"`                // items that the incident affects still
	StillOpen bool     `json:"stillOpen,omitempty"` // it needs a person

	Shipments []SyncedShipment `json:"shipments,omitempty"` // of packages, what became of each
	before    int
}

// retryable reports whether an incident can be tried again by one request. What the catalogue does not have can't: it is to be added there first.
func retryable(n incident.Name) bool {
	switch n.Kind {
	case incident.Unpublished:
		_, code := incident.PublicationCode(n.Code)
		return code != publication.CodeNotInCatalogue
	case incident.Parked, incident.Uncancelled, incident.Refused, incident.Failing, incident.Aside:
		return true
	}
	return false
}

// RetryIncident lets what an incident affects be tried again: all, a sample, or single items. FollowIncident tells what becomes of it. It may be
// repeated: what is under way already is not asked twice.
func (s *Starter) RetryIncident(ctx context.Context, ask RetryAsk) (IncidentRetry, error) {
	i, err := s.Incident(ctx, ask.Name)
	if err != nil {
		return IncidentRetry{}, err
	}
	out := IncidentRetry{Name: i.Name, before: i.Subjects}
	switch {
	case i.State == incident.Resolved:
		return out, usagef("%s is resolved: there is nothing to try again", i.Name)
	case !retryable(i.Need.Name()):
		return out, usagef("%s can't be tried again. What helps: `%s`", i.Name, i.Command)
	case ask.Sample < 0:
		return out, usagef("--sample %d: want 1 or more", ask.Sample)
	case ask.Sample > 0 && len(ask.Items) > 0:
		return out, usagef("--sample and --item can't be given together")
	}
	if _, err := s.syncable(ctx, i.Account, workOf(i.Kind, i.Code)); err != nil {
		return out, err
	}
	attempt := incident.Attempt{By: ask.By, At: time.Now(), Since: i.Since}
	if err := s.dispatch(ctx, i, ask, &out); err != nil {
		return out, err
	}
	if out.Asked == 0 && len(out.Problems) == 0 {
		return out, usagef("nothing of %s waits to be tried again%s", i.Name, among(ask.Items))
	}
	attempt.Items, attempt.Run = out.Asked, out.Run
	if out.Asked == 0 {
		return out, fmt.Errorf("retry %s: %s", i.Name, out.Problems[0])
	}
	return out, s.Store.Incidents.Attempted(ctx, i.Need.Name(), attempt)
}

func among(items []string) string {
	if len(items) == 0 {
		return ""
	}
	return " among " + strings.Join(items, ", ")
}

// dispatch asks for the attempt in the way of the incident's kind.
func (s *Starter) dispatch(ctx context.Context, i IncidentShown, ask RetryAsk, out *IncidentRetry) error {
	switch i.Kind {
	case incident.Parked, incident.Uncancelled:
		return s.retryParked(ctx, i, ask, out)
	case incident.Refused:
		return s.retryLevels(ctx, i, ask, out)
	case incident.Unpublished:
		return s.retryItems(ctx, i, ask, out)
	case incident.Failing:
		out.Asked = 1
		return s.RunNow(ctx, i.Account, runs.RunKind(i.Code))
	case incident.Aside:
		return s.retryAsideOf(ctx, i, ask, out)
	}
	return nil
}

// retryParked signals the workflows of what is parked.
func (s *Starter) retryParked(ctx context.Context, i IncidentShown, ask RetryAsk, out *IncidentRetry) error {
	parked, err := s.Store.Incidents.ParkedList(ctx, i.Account)
	if err != nil {
		return err
	}
	parked = slices.DeleteFunc(parked, func(p incidents.Parked) bool {
		return ParkedIncident(p).Code != i.Code || HeldUntilLive(p) || (p.Package == "") != (i.Kind == incident.Uncancelled) || ask.Items != nil && !names(ask.Items, p)
	})
	if ask.Sample > 0 {
		parked = parked[:min(ask.Sample, len(parked))]
	}
	asked, err := s.askShipments(ctx, parked)
	if err != nil {
		return err
	}
	for _, one := range asked {
		if one.Outcome == ShipmentNotAsked {
			out.Problems = append(out.Problems, one.Problem)
		} else {
			out.Asked++
		}
	}
	if i.Kind == incident.Parked {
		out.Shipments = asked
	}
	return nil
}

// names reports whether one of some texts is a name of what is parked.
func names(list []string, p incidents.Parked) bool {
	return slices.ContainsFunc(list, func(name string) bool {
		return name == p.WorkflowID || name == p.Reference || name == p.OrderID || name == p.Reference+"/"+p.Package
	})
}

// retryLevels sends refused levels again.
func (s *Starter) retryLevels(ctx context.Context, i IncidentShown, ask RetryAsk, out *IncidentRetry) (err error) {
	limit := ask.Sample
	if limit == 0 {
		limit = i.Subjects
	}
	if out.Asked, err = s.Store.Levels.RetryRefused(ctx, i.Account, i.Code, ask.Items, limit); err != nil || out.Asked == 0 {
		return err
	}
	if err := s.Store.Runs.ForgetWait(ctx, i.Account, runs.RunStock); err != nil {
		return err
	}
	if err := s.WakeStock(ctx, []string{i.Account}); err != nil {
		out.Problems = append(out.Problems, "they are marked to be sent, and Temporal could not be reached: the next sweep sends them")
	}
	return nil
}

// retryItems publishes again what ended in error.
func (s *Starter) retryItems(ctx context.Context, i IncidentShown, ask RetryAsk, out *IncidentRetry) error {
	if i.Retrying > 0 && i.Attempt != nil {
		return usagef("run %s tries it already: `towpath run %s`", i.Attempt.Run, i.Attempt.Run)
	}
	endpoint, code := incident.PublicationCode(i.Code)
	skus, err := s.Store.Publications.FailedSKUs(ctx, i.Account, channel.Endpoint(endpoint), code, i.Subjects)
	if err != nil {
		return err
	}
	if ask.Items != nil {
		skus = slices.DeleteFunc(skus, func(sku string) bool { return !slices.Contains(ask.Items, sku) })
	}
	if ask.Sample > 0 {
		skus = skus[:min(ask.Sample, len(skus))]
	}
	if len(skus) == 0 {
		return nil
	}
	pub, err := s.Publish(ctx, PublishRequest{Account: i.Account, Endpoint: channel.Endpoint(endpoint), Selection: listing.Selection{SKUs: skus}, By: ask.By})
	if pub.ID == "" {
		return err
	}
	if err != nil {
		out.Problems = append(out.Problems, err.Error())
	}
	out.Asked, out.Run = len(skus), pub.ID
	return nil
}

// retryAsideOf has orders that are set aside read again by a scan.
func (s *Starter) retryAsideOf(ctx context.Context, i IncidentShown, ask RetryAsk, out *IncidentRetry) error {
	refs := ask.Items
	if ask.Sample > 0 {
		refs = i.Need.Sample[:min(ask.Sample, len(i.Need.Sample))]
	}
	if refs == nil {
		refs = []string{""}
	}
	for _, ref := range refs {
		list, err := s.RetryAside(ctx, ref, i.Account, false)
		if err != nil {
			return err
		}
		for _, r := range list {
			out.Asked += len(r.Orders)
		}
	}
	return nil
}

// FollowIncident waits until nothing of a retry is under way, and notes what is left; tell is told how much is under way. It ends with the context.
func (s *Starter) FollowIncident(ctx context.Context, out *IncidentRetry, tell func(trying int)) error {
	name, err := incident.ParseName(out.Name)
	if err != nil {
		return err
	}
	if len(out.Shipments) > 0 {
		if err := s.FollowShipments(ctx, out.Shipments, func(done, all int) { tell(all - done) }); err != nil {
			return err
		}
	}
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for quiet := 0; ; {
		trying, waits, left, err := s.lookAt(ctx, name)
		if err != nil {
			return err
		}
		out.Left, out.StillOpen = left, waits
		tell(trying)
		if trying > 0 {
			quiet = 0
		}
		// A signalled workflow needs a moment to begin: what has been quiet twice is done.
		if quiet++; trying == 0 && quiet > 2 {
			out.Done = true
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// lookAt returns how much of an incident is under way, whether it waits for a person, and how much of it is left.
func (s *Starter) lookAt(ctx context.Context, name incident.Name) (trying int, waits bool, left int, err error) {
	needs, err := s.NeedsYou(ctx, "", incident.Builds{})
	for _, n := range needs {
		if n.Name() != name {
			continue
		}
		trying, waits = n.Retrying, n.Waits()
		if left = n.Subjects; n.Acts != incident.You && n.State == incident.Retrying {
			left = 0
		}
	}
	return trying, waits, left, err
}

// Succeeded returns how many of the items that were tried again the incident does not affect any more.
func (r IncidentRetry) Succeeded() int { return min(max(r.before-r.Left, 0), r.Asked) }
