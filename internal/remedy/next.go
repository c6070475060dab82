package remedy

import (
	"net/url"
	"regexp"
	"strings"
)

// Page is a page of the console.
type Page struct {
	Path string `json:"path"` // with its query, e.g. /accounts/ebay-uk
	Name string `json:"name"` // what a link to it says
}

// pages are the console's pages on which the same is done as by the commands that begin so; the first one counts. A page whose placeholders have
// no names is left out.
var pages = []struct {
	command string
	Page
}{
	{"towpath accounts", Page{"/accounts/ACCOUNT", "The account's page"}},
	{"towpath limits", Page{"/accounts/ACCOUNT", "The account's page"}},
	{"towpath backfill", Page{"/accounts/ACCOUNT", "The account's page"}},
	{"towpath levels diff", Page{"/accounts/ACCOUNT/levels", "The account's levels"}},
	{"towpath links list", Page{"/accounts/ACCOUNT/levels", "The account's levels"}},
	{"towpath links strike", Page{"/struck?account=ACCOUNT", "What is struck off"}},
	{"towpath links", Page{"/activity?account=ACCOUNT", "Run it now"}},
	{"towpath sync", Page{"/activity?account=ACCOUNT", "Run it now"}},
	{"towpath retry --account", Page{"/orders?account=ACCOUNT&shipments=requires-sync", "Its orders that require synchronization"}},
	{"towpath publish --account ACCOUNT --errors", Page{"/listings?account=ACCOUNT&endpoint=ENDPOINT&status=error", "Its items in error"}},
	{"towpath publish", Page{"/listings?account=ACCOUNT", "The account's listings"}},
	{"towpath catalog import", Page{"/products", "The products"}},
	{"towpath errors", Page{"/errors?account=ACCOUNT", "The account's errors"}},
	{"towpath orders aside", Page{"/orders/aside", "The orders set aside"}},
	{"towpath", Page{"/why?account=ACCOUNT&reference=REF", "The order"}},
}

var commands = regexp.MustCompile("`(towpath [^`]+)`")

// unnamed finds what is left to fill in of a command.
var unnamed = regexp.MustCompile(`\b(?:ACCOUNT|ENDPOINT|REF|FILE|SKU|REASON|KIND|CATEGORY|TYPE|NAME=VALUE)\b`)

// next returns the last command of steps as in the file that can be run as it is, with its names, and the page on which the last one of them is done.
func next(steps []string, fill func(text string) string, names map[string]string) (command string, page *Page) {
	for _, step := range steps {
		for _, found := range commands.FindAllStringSubmatch(step, -1) {
			if here := pageOf(found[1], names); here != nil {
				page = here
			}
			if !unnamed.MatchString(placeholder.ReplaceAllStringFunc(found[1], func(word string) string {
				if names[word] != "" {
					return ""
				}
				return word
			})) {
				command = fill(found[1])
			}
		}
	}
	return command, page
}

// pageOf returns the page for a command, or nil.
func pageOf(command string, names map[string]string) *Page {
	for _, p := range pages {
		if !strings.HasPrefix(command, p.command) {
			continue
		}
		path := placeholder.ReplaceAllStringFunc(p.Path, func(word string) string { return url.QueryEscape(names[word]) })
		if strings.Contains(path, "//") || strings.HasSuffix(path, "=") || strings.Contains(path, "=&") {
			return nil
		}
		return &Page{path, p.Name}
	}
	return nil
}
