package console

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// orderPage is one order with everything that is known about it, with its buyer masked.
type orderPage struct {
	orders.OrderDetail
	Zone      *time.Location // of its account
	Buyer     string         // masked; empty: the channel shows none
	Where     []string       // where it is and why, in sentences; commands in them stand between back quotes
	Notes     []buyers.Note
	NotesLost string // why they can't be read
	Steps     []step
	Live      []liveWord
	Packages  []packageView
	Parked    []parkedRow       // its packages that wait for a person
	Held      bool              // parked only until its account goes live
	Contents  map[string]string // line id to what to call the line
	Calls     []callRow         // the latest that concerned it
	Timeline  []starter.Happened
	ReturnKey string     // of the next return that is entered here: sent twice, it counts once
	Aside     *asideView // a newer version of it that can't be read; nil: none
	Notice    string
}

// Actions are what can be done to the order with a form of several: to ship all of it, and to cancel it. It has forms of its own for the others.
func (p orderPage) Actions() []order.Action {
	var fit []order.Action
	for _, a := range []order.Action{order.ActProcess, order.ActCancel} {
		if a.LeftOut(order.Standing{State: p.State, Units: p.Units, Held: len(p.OpenHolds()) > 0}) == "" {
			fit = append(fit, a)
		}
	}
	return fit
}

// mostOnTheWay is how many packages are named where the page says where the order is. All are further down.
const mostOnTheWay = 3

// OnTheWay are the packages that the channel has confirmed: what a buyer who asks is told.
func (p orderPage) OnTheWay() []packageView {
	var sent []packageView
	for _, k := range p.Packages {
		if k.State == shipment.Confirmed && len(sent) < mostOnTheWay {
			sent = append(sent, k)
		}
	}
	return sent
}

// liveWord is the status that one of the order's workflows reports.
type liveWord struct {
	Name string
	activity
	Silent string // why it says nothing; empty: it does
}

type packageView struct {
	starter.PackageShown
	Kind   channel.Kind
	Advice *advice
	Words  string // the channel's own
}

// WhyNot is why the channel takes no correction of it; empty: it does, or does not have it yet.
func (v packageView) WhyNot() string {
	if v.State != shipment.Confirmed {
		return ""
	}
	return v.Kind.WhyNoCorrection()
}

// Corrects reports whether its label can be corrected: it is neither void nor may it be on its way.
func (v packageView) Corrects() bool {
	return v.State != shipment.Voided && (v.State == shipment.Confirmed || !v.UnderWay && (!v.Doubtful || v.Kind.Edits()))
}

// Unmet are the preconditions of sending it that are not met.
func (v packageView) Unmet() []shipment.Precondition { return shipment.Unmet(v.Preconditions) }

func (c *console) order(ctx context.Context, r *http.Request) (view, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return view{}, store.ErrNotFound
	}
	d, err := c.starter.Store.Orders.Detail(ctx, id)
	if err != nil {
		return view{}, err
	}
	masked, err := c.starter.Store.Buyers.Masked(ctx, id)
	if err != nil {
		return view{}, err
	}
	p := orderPage{OrderDetail: d, Zone: time.UTC, Buyer: masked, Contents: map[string]string{}, ReturnKey: rand.Text(), Notice: notices[r.URL.Query().Get("notice")]}
	unread, err := c.starter.AsideOf(ctx, d.Key)
	if err != nil {
		return view{}, err
	}
	if unread != nil {
		p.Aside = &asideView{AsideOrder: *unread, Advice: advised(unread.Remedy)}
	}
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	p.Zone = g.zones().Of(d.Key.Account.ID)
	live := c.reachable(ctx)
	lifecycle, shipments := c.ask(ctx, d, live)
	p.Where, p.Steps = starter.OrderWords(d, p.Zone, starter.Failing(lifecycle, shipments), unread, g.needs).Explain(time.Now()), steps(d)
	p.Live = c.liveWords(d, lifecycle, shipments, live)
	for _, l := range d.Lines {
		name := l.SKU
		if name == "" {
			name = l.ChannelSKU
		}
		p.Contents[l.LineID] = name
	}
	kind := d.Key.Account.Channel
	shown, err := c.starter.PackagesOf(ctx, d)
	if err != nil {
		return view{}, err
	}
	for _, k := range shown {
		p.Packages = append(p.Packages, c.packageView(ctx, d, k))
	}
	p.Held = len(d.Parked) > 0
	for _, k := range d.Parked {
		p.Held = p.Held && (starter.HeldUntilLive(k) || starter.EndsPause(k, g.needs) != "")
		p.Parked = append(p.Parked, parkedRow{Parked: k, Advice: c.adviseParked(ctx, kind, k), Workflow: c.workflowLink(k.WorkflowID)})
	}
	if p.Notes, p.NotesLost, err = c.starter.NotesOf(ctx, id); err != nil {
		return view{}, err
	}
	calls, err := c.starter.Store.Runs.OrderCalls(ctx, id, callsShown)
	if err != nil {
		return view{}, err
	}
	p.Calls = callRows(calls)
	if p.Timeline, err = c.starter.Timeline(ctx, d, calls, p.Notes, live); err != nil {
		return view{}, err
	}
	return view{Title: "Order " + d.Reference, Section: "Orders", Template: "order", Data: p}, nil
}

// ask queries the order's workflows for their status, all at once. nil: it has ended, or no worker answered.
func (c *console) ask(ctx context.Context, d orders.OrderDetail, live bool) (lifecycle *message.Status, shipments []starter.ShipmentNow) {
	shipments = starter.ShipmentsOf(d)
	if !live || d.State.Terminal() {
		return nil, shipments
	}
	var g errgroup.Group
	ask := func(id string, answer **message.Status) {
		g.Go(func() error {
			if s, ok := c.starter.Query(ctx, id); ok {
				*answer = &s
			}
			return nil
		})
	}
	ask(message.OrderWorkflowID(d.Key.Account.ID, d.Key.OrderID), &lifecycle)
	for i := range shipments {
		ask(shipments[i].WorkflowID, &shipments[i].Status)
	}
	_ = g.Wait()
	return lifecycle, shipments
}

func (c *console) liveWords(d orders.OrderDetail, lifecycle *message.Status, shipments []starter.ShipmentNow, live bool) []liveWord {
	word := func(name, id string, s *message.Status) liveWord {
		w := liveWord{Name: name, activity: activity{Link: c.workflowLink(id)}}
		if s == nil {
			w.Silent = wording.Silent(d.State.Terminal(), !live)
		} else {
			w.activity = c.fromWorkflow(*s, id)
		}
		return w
	}
	words := []liveWord{word("Lifecycle", message.OrderWorkflowID(d.Key.Account.ID, d.Key.OrderID), lifecycle)}
	for _, s := range shipments {
		words = append(words, word("Shipment sync", s.WorkflowID, s.Status))
	}
	return words
}

// packageView adds the channel's message when it refused the package.
func (c *console) packageView(ctx context.Context, d orders.OrderDetail, row starter.PackageShown) packageView {
	v := packageView{PackageShown: row, Kind: d.Key.Account.Channel}
	if row.Fault == nil {
		return v
	}
	if f, err := c.starter.Store.Runs.Fault(ctx, row.Fault.ID); err == nil {
		v.Words = f.Words
	}
	advice := c.starter.AdviceFor(row.Fault, v.Words, d.Key.Account.Channel, remedy.Names{Account: d.Key.Account.ID, Reference: d.Reference}).OfShipment(row.Fault)
	v.Advice = advised(&advice)
	return v
}
