package main

// shown is a page of which pictures are taken.
type shown struct {
	name   string
	path   string // where it is, or
	from   string // the page from which a link leads there,
	link   string // and that link's selector
	top    string // selector of what the README's picture begins with; empty: the page's top
	end    string // selector of what stands below it, such as what is said of the buyer; empty: nothing
	height int64  // of the README's picture, in pixels; 0: the README shows none
	look   look   // of the README's picture
}

// look is how a page is looked at.
type look struct {
	suffix string
	width  int64
	dark   bool
	whole  bool // in full length
}

var (
	light = look{width: 1280}
	dark  = look{suffix: "-dark", width: 1280, dark: true}
	phone = look{suffix: "-phone", width: 390}
)

// pages are the pages of the console, those that the README shows first.
var pages = []shown{
	{name: "overview", path: "/", height: 850, look: light},
	{name: "orders", path: "/orders", height: 840, look: light},
	{name: "order", from: "/orders?state=completed", link: "#rows th a", top: "#timeline-title", end: "#facts-title", height: 640, look: light},
	{name: "incident", path: "/incidents/paused/" + troubled, height: 900, look: light},
	{name: "levels", path: "/accounts/amazon-uk/levels", height: 772, look: dark},
	{name: "search", path: "/search?q=TP100", height: 1060, look: phone},
	{name: "sync", path: "/sync"},
	{name: "activity", path: "/activity"},
	{name: "runs", path: "/runs"},
	{name: "run", from: "/runs?kind=stock", link: "#rows th a"},
	{name: "log", path: "/log"},
	{name: "errors", path: "/errors"},
	{name: "error", from: "/errors", link: "#rows th a"},
	{name: "account", path: "/accounts/amazon-uk"},
	{name: "account-paused", path: "/accounts/" + troubled},
	{name: "products", path: "/products"},
	{name: "product", from: "/products", link: "#rows th a"},
	{name: "stock", path: "/stock"},
	{name: "sku", from: "/stock", link: "#rows th a"},
	{name: "listings", path: "/listings"},
	{name: "drift", path: "/drift"},
	{name: "left", path: "/left"},
	{name: "struck", path: "/struck"},
	{name: "prices", path: "/prices"},
	{name: "returns", path: "/returns"},
	{name: "aside", path: "/orders/aside"},
	{name: "batches", path: "/batches"},
	{name: "order-open", from: "/orders?state=open", link: "#rows th a"},
	{name: "why", path: "/why?reference=nowhere"},
	{name: "search-nothing", path: "/search?q=nowhere"},
	{name: "filter-not-understood", path: "/orders?state=nonsense"},
	{name: "missing", path: "/nowhere"},
}

// looks returns how pictures are taken of a page: as the README shows it, or in every way.
func (p shown) looks(all bool) []look {
	if !all && p.height == 0 {
		return nil
	}
	if !all {
		one := p.look
		one.suffix = ""
		return []look{one}
	}
	list := []look{light, dark, phone}
	for i := range list {
		list[i].whole = true
	}
	return list
}
