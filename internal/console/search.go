package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/starter"
)

// searchPage shows what a search has found.
type searchPage struct {
	Text, Command string
	Kind          starter.FoundKind // the only one that is shown; empty: all are
	Groups        []starter.FoundGroup
	Help          string
}

// Hits returns how many are shown.
func (p searchPage) Hits() (n int) {
	for _, g := range p.Groups {
		n += len(g.Hits)
	}
	return n
}

// All returns the page that has more hits of a group.
func (p searchPage) All(g starter.FoundGroup) string {
	if g.Kind == starter.FoundSKUs && p.Kind != "" {
		return "/stock?" + url.Values{"search": {p.Text}}.Encode()
	}
	if p.Kind != "" {
		return ""
	}
	return "/search?" + url.Values{"q": {p.Text}, "kind": {string(g.Kind)}}.Encode()
}

// elsewhere sends the browser to another page.
type elsewhere struct{ href string }

func (e *elsewhere) Error() string { return "go to " + e.href }

// search finds what is called like a text. If only one thing is called exactly so, it is shown at once.
func (c *console) search(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	text, kind := in.text("q"), starter.FoundKind(in.choice("kind", words(starter.FoundKinds())))
	if in.err != nil {
		return view{}, in.err
	}
	p := searchPage{Text: text, Kind: kind, Help: starter.Searchable, Command: "towpath find " + invocation.ShellWord(text)}
	v := view{Title: "Search", Template: "search", Find: text}
	if text == "" {
		v.Data = p
		return v, nil
	}
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	most := starter.SearchShown
	if kind != "" {
		most = starter.SearchMost
	}
	found, err := c.starter.Search(ctx, text, kind, g.needs, most)
	var usage *starter.UsageError
	if errors.As(err, &usage) {
		return view{}, badInput("The search", usage.Problem)
	}
	if err != nil {
		return view{}, err
	}
	if only, is := found.Only(); is && kind == "" {
		return view{}, &elsewhere{only.Page}
	}
	p.Groups = found.Groups
	v.Title, v.Data = "Search for "+text, p
	return v, nil
}
