// Package console serves the operator's web pages: what is running, queued and failed, what to do about it, and what happens
// next. It uses the starter for everything. Pages are rendered on the server and work without a script; a small script renews
// them when something has changed. No buyer's data is shown.
//
// The pages have no password: serve them on a loopback address or behind a proxy that asks for one.
package console

import (
	"cmp"
	"context"
	"html"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/starter"
)

// Options are what the console needs besides the starter.
type Options struct {
	TemporalUI string // base URL of the Temporal Web UI, for links; empty: no links
	Namespace  string // of Temporal, for the same links
	Command    string // how the command line is called here, for the commands that pages name; empty: towpath
	Logger     *zap.Logger
	Channels   starter.OrderReader // asked for an order that is explained; nil: it can't be asked
	Version    string              // of the program, for support
	Tests      AccountTester       // asked before an account is resumed; nil: it can't be resumed here
	Ending     <-chan struct{}     // closed when the console is to stop: open pages that ask for changes don't hold it up; nil: never
}

// AccountTester asks channels whether they accept accounts.
type AccountTester interface {
	// TestAccount makes harmless calls; the error says what is wrong and what to do. works: also whether these kinds of work are allowed.
	TestAccount(ctx context.Context, account string, works ...account.Work) error
}

// pageSize is how many rows a list shows before "View more".
const pageSize = 25

type console struct {
	starter   *starter.Starter
	logger    *zap.Logger
	channels  starter.OrderReader
	version   string
	tests     AccountTester
	webUI     string // base URL with its namespace, no slash at the end; empty: unknown
	command   string // how the command line is called, as HTML
	ending    <-chan struct{}
	changes   changes
	pulse     pulse
	glimpse   held[*glance]
	syncing   held[starter.Syncing]
	lately    held[starter.Now]
	figures   figuresCache
	hours     hoursCache
	busy      busyCache
	counts    orderCountsCache
	levels    counted // SKUs with stock
	variants  counted // SKUs of the catalogue
	templates templates
}

// pages returns the handler of each page by its path.
func (c *console) pages() map[string]func(context.Context, *http.Request) (view, error) {
	return map[string]func(context.Context, *http.Request) (view, error){
		"/{$}":                  c.overview,
		"/accounts/{id}":        c.account,
		"/accounts/{id}/levels": c.accountLevels,
		"/orders":               c.orders,
		"/orders/aside":         c.aside,
		"/batches":              c.batches,
		"/batches/{id}":         c.batch,
		"/returns":              c.returns,
		"/orders/{id}":          c.order,
		"/orders/{id}/buyer":    c.buyer,
		"/search":               c.search,
		"/why":                  c.why,
		"/runs":                 c.runs,
		"/runs/{id}":            c.run,
		"/listings":             c.listings,
		"/drift":                c.drift,
		"/left":                 c.left,
		"/struck":               c.struck,
		"/prices":               c.prices,
		"/activity":             c.activity,
		"/sync":                 c.syncStatus,
		"/log":                  c.log,
		"/products":             c.products,
		"/product":              c.product,
		"/stock":                c.stock,
		"/sku":                  c.sku,
		"/incidents/{name...}":  c.incident,
		"/errors":               c.errors,
		"/errors/{id}":          c.fault,
		"/":                     c.missing,
	}
}

// New returns the console's handler. It is safe for concurrent use and starts nothing in the background.
func New(s *starter.Starter, o Options) http.Handler {
	c := &console{starter: s, logger: o.Logger, channels: o.Channels, version: o.Version, tests: o.Tests, webUI: webUI(o), command: html.EscapeString(cmp.Or(o.Command, invocation.Program)), templates: parseTemplates(),
		ending: o.Ending, changes: changes{began: time.Now()}}
	if c.logger == nil {
		c.logger = zap.NewNop()
	}
	mux := http.NewServeMux()
	for path, show := range c.pages() {
		mux.Handle("GET "+path, c.page(show))
	}
	mux.Handle("POST /retry", c.action(actionTimeout, c.retry))
	mux.Handle("POST /shipments/sync", c.action(actionTimeout, c.syncShipments))
	mux.Handle("POST /orders/{id}/decide", c.action(actionTimeout, c.decide))
	mux.Handle("POST /orders/{id}/word", c.action(actionTimeout, c.orderWord))
	mux.Handle("POST /orders/{id}/return", c.action(actionTimeout, c.enterReturn))
	mux.Handle("POST /orders/{id}/correct", c.action(actionTimeout, c.correctPackage))
	mux.Handle("POST /batches/plan", c.answer(c.planBatch))
	mux.Handle("POST /batches", c.action(goLiveTimeout, c.runBatch))
	mux.Handle("POST /batches/{id}/continue", c.action(goLiveTimeout, c.continueBatch))
	mux.HandleFunc("POST /orders/export", c.exportOrders)
	mux.Handle("POST /orders/views", c.action(actionTimeout, c.keepView))
	mux.Handle("POST /orders/views/delete", c.action(actionTimeout, c.dropView))
	mux.Handle("POST /why", c.answer(c.askWhy))
	mux.Handle("POST /orders/aside/retry", c.action(actionTimeout, c.retryAside))
	mux.Handle("POST /returns/{id}", c.action(actionTimeout, c.settleReturn))
	mux.Handle("POST /orders/{id}/buyer", c.answer(c.showBuyer))
	mux.Handle("POST /stock/{what}", c.action(actionTimeout, c.changeStock))
	mux.Handle("POST /activity/run", c.action(actionTimeout, c.runNow))
	mux.Handle("POST /activity/stop", c.action(actionTimeout, c.stopRun))
	mux.Handle("POST /listings/publish", c.action(actionTimeout, c.publish))
	mux.Handle("POST /accounts/{id}/pause", c.action(actionTimeout, c.pauseAccount))
	mux.Handle("POST /accounts/{id}/resume", c.action(goLiveTimeout, c.resumeAccount))
	mux.Handle("POST /accounts/{id}/live", c.action(goLiveTimeout, c.goLive))
	mux.Handle("POST /accounts/{id}/sample", c.action(goLiveTimeout, c.goLiveSample))
	mux.Handle("POST /accounts/{id}/undo", c.action(goLiveTimeout, c.undoLive))
	mux.Handle("POST /accounts/{id}/observe", c.action(actionTimeout, c.observe))
	mux.Handle("POST /drift/ours", c.action(goLiveTimeout, c.ours))
	mux.Handle("POST /drift/theirs", c.action(goLiveTimeout, c.theirs))
	mux.Handle("POST /struck/strike", c.action(goLiveTimeout, c.strike))
	mux.Handle("POST /struck/put-back", c.action(goLiveTimeout, c.putBack))
	mux.Handle("POST /prices", c.action(actionTimeout, c.releasePrices))
	mux.Handle("POST /accounts/{id}/release", c.action(actionTimeout, c.releaseLevels))
	mux.Handle("POST /incidents/retry", c.action(goLiveTimeout, c.retryIncident))
	mux.Handle("POST /incidents/acknowledge", c.action(actionTimeout, c.acknowledge))
	mux.Handle("POST /incidents/unacknowledge", c.action(actionTimeout, c.unacknowledge))
	mux.Handle("POST /support/case", c.action(actionTimeout, c.keepCase))
	mux.HandleFunc("GET /changes", c.askChanges)
	mux.HandleFunc("GET /support", c.supportFile)
	mux.HandleFunc("GET /log/download", c.logFile)
	mux.HandleFunc("GET /healthz", c.healthz)
	mux.Handle("GET /assets/{name}", gzhttp.GzipHandler(http.HandlerFunc(asset)))
	return c.guard(mux)
}

// webUI returns the address of the namespace in the Temporal Web UI, or an empty string.
func webUI(o Options) string {
	u, err := url.Parse(o.TemporalUI)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || o.Namespace == "" {
		return ""
	}
	return strings.TrimRight(o.TemporalUI, "/") + "/namespaces/" + url.PathEscape(o.Namespace)
}

// workflowLink returns the address of a workflow in the Temporal Web UI, or an empty string.
func (c *console) workflowLink(id string) string { return c.link("workflows", id) }

// scheduleLink returns the address of a schedule in the Temporal Web UI, or an empty string.
func (c *console) scheduleLink(id string) string { return c.link("schedules", id) }

func (c *console) link(kind, id string) string {
	if c.webUI == "" || id == "" {
		return ""
	}
	return c.webUI + "/" + kind + "/" + url.PathEscape(id)
}
