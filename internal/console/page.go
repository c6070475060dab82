package console

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io"
	"net/http"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

//go:embed templates assets
var files embed.FS

// view is the content of a page: a template and its data.
type view struct {
	Title    string
	Section  string // which entry of the menu it belongs to
	Template string // file in templates, without .html
	Data     any
	Find     string // what was looked for, in the header's search
	Version  string // of changes, when its data was read; empty: the page renews itself as soon as it can
}

// frame is the data that every page shows around its view.
type frame struct {
	view
	Menu     []menuEntry
	Faults   int    // recorded in the last hour
	Errors   string // the same in words: how many of them cured themselves
	NeedYou  int    // needs that wait for a person
	Sync     syncHead
	Blind    bool      // the store did not answer either
	Detached bool      // Temporal does not answer
	AsOf     time.Time // some of the figures are as old as that; zero: all are of now
	Retry    bool      // a page that failed for a moment tries again by itself
	Style    string
	Script   string
	Icon     string
}

// asOfShown is how old a figure is that the page calls old.
const asOfShown = 10 * time.Second

type menuEntry struct {
	Label, Href string
	Current     bool
}

type templates map[string]*template.Template

// parseTemplates reads the embedded pages. It panics on a mistake in one: tests find that, not users.
func parseTemplates() templates {
	base := template.Must(template.New("frame").Funcs(functions).ParseFS(files, "templates/frame.html", "templates/parts.html", "templates/synchead.html", "templates/logrow.html", "templates/limits.html", "templates/coverage.html", "templates/live.html", "templates/list.html", "templates/charts.html"))
	all := templates{}
	names, err := files.ReadDir("templates")
	if err != nil {
		panic(err)
	}
	for _, file := range names {
		name := strings.TrimSuffix(file.Name(), ".html")
		all[name] = template.Must(template.Must(base.Clone()).ParseFS(files, "templates/"+file.Name()))
	}
	return all
}

// render renders the whole page before the first byte is sent, so that a failure never leaves half a page.
func (c *console) render(ctx context.Context, w http.ResponseWriter, r *http.Request, status int, v view) {
	f := c.frame(ctx, v)
	f.Retry = status == http.StatusServiceUnavailable && r.Method != http.MethodPost
	var page bytes.Buffer
	if err := c.templates[v.Template].ExecuteTemplate(&page, "frame.html", f); err != nil {
		c.logger.Error("Console page could not be made.", zap.String("path", r.URL.Path), zap.Error(err))
		http.Error(w, "This page is broken; the console's log says where.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, invocation.Fit(page.String(), c.command))
	}
}

func (c *console) frame(ctx context.Context, v view) frame {
	f := frame{view: v, Style: addressOf("console.css"), Script: addressOf("console.js"), Icon: addressOf("icon.svg")}
	for _, e := range []menuEntry{
		{Label: "Overview", Href: "/"}, {Label: "Orders", Href: "/orders"}, {Label: "Returns", Href: "/returns"}, {Label: "Listings", Href: "/listings"},
		{Label: "Products", Href: "/products"}, {Label: "Stock", Href: "/stock"}, {Label: "Activity", Href: "/activity"},
		{Label: "Errors", Href: "/errors"},
	} {
		e.Current = e.Label == v.Section
		f.Menu = append(f.Menu, e)
	}
	f.Detached = !c.reachable(ctx)
	g, err := c.glance(ctx)
	if err != nil {
		f.Blind = true
		return f
	}
	f.NeedYou = len(incident.ForYou(g.needs))
	f.Sync = c.syncHead(ctx, g)
	c.changes.runs(f.Sync.Counts.Running > 0)
	uncured := 0
	for _, a := range g.accounts {
		f.Faults += a.Faults
		uncured += starter.Uncured(a, g.needs)
	}
	f.Errors = wording.Errors(f.Faults, uncured)
	if at, behind := notedAsOf(ctx); behind {
		f.Version = "" // the newer figures are on their way
		if time.Since(at) > asOfShown {
			f.AsOf = at
		}
	}
	return f
}

var assetTypes = map[string]string{"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}

// addressOf returns a file's address with a hash of its content, so that browsers may keep the file for ever.
func addressOf(name string) string { return "/assets/" + name + "?v=" + marks[name] }

var marks = func() map[string]string {
	all := map[string]string{}
	entries, err := files.ReadDir("assets")
	if err != nil {
		panic(err) // the folder is embedded
	}
	for _, e := range entries {
		content, err := files.ReadFile("assets/" + e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(content)
		all[e.Name()] = hex.EncodeToString(sum[:6])
	}
	return all
}()

func asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	content, err := files.ReadFile("assets/" + name)
	_, extension, _ := strings.Cut(name, ".")
	if err != nil || assetTypes[extension] == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", assetTypes[extension])
	if r.URL.Query().Get("v") == marks[name] {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	_, _ = w.Write(content)
}
