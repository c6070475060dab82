package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/wording"
)

// pick are the rows of an account that a form is about.
type pick struct {
	Account string
	Names   []string // channel SKUs or SKUs, as the list has them; empty: all that the account's list has
}

// pickOf returns a row's value in a form, which picks returns again. Accounts have no slash in their id.
func pickOf(account, name string) string { return account + "/" + name }

// picks returns the rows that a form is about, by account: the one whose own button was pressed, or else those that are ticked, or all of an
// account. back is where a form leads that picks nothing.
func (c *console) picks(ctx context.Context, form url.Values, back string) ([]pick, error) {
	g, err := c.glance(ctx)
	if err != nil {
		return nil, err
	}
	values, all := form["row"], form.Get("all")
	switch {
	case form.Get("one") != "":
		values = form["one"]
	case all != "":
		return pickAll(g, all)
	case len(values) == 0:
		return nil, notDone("no row is ticked", back)
	}
	var list []pick
	for _, value := range values {
		account, name, found := strings.Cut(value, "/")
		if !found || name == "" || !plainText(name) || g.find(account) == nil {
			return nil, store.ErrNotFound
		}
		i := slices.IndexFunc(list, func(p pick) bool { return p.Account == account })
		if i < 0 {
			i, list = len(list), append(list, pick{Account: account})
		}
		list[i].Names = append(list[i].Names, name)
	}
	return list, nil
}

// pickAll returns all rows of an account, or all of a kind: the value of a button is the account, or a slash and the kind after it.
func pickAll(g *glance, value string) ([]pick, error) {
	account, kind, found := strings.Cut(value, "/")
	if g.find(account) == nil {
		return nil, store.ErrNotFound
	}
	if !found {
		return []pick{{Account: account}}, nil
	}
	return []pick{{account, []string{kind}}}, nil
}

// wholeAccount returns the account that a button for all rows is about: the one that the list is filtered by, or the only one there is.
func wholeAccount(g *glance, filter string) string {
	if filter == "" && len(g.accounts) == 1 {
		return g.accounts[0].ID
	}
	return filter
}

// saidOf returns the text of the notice that a page's address asks for: its key and, for some, a number.
func saidOf(r *http.Request) string {
	key, number, counted := strings.Cut(r.URL.Query().Get("notice"), ":")
	n, err := strconv.Atoi(number)
	if !counted || err != nil || n < 0 {
		return notices[key]
	}
	key, later := strings.CutSuffix(key, "-later")
	say, known := countedNotices[key]
	if !known {
		return ""
	}
	text := wording.Sentence(say(n))
	if later {
		text += " Temporal did not answer: the next sweep sends the levels."
	}
	return text
}

// countedNotices are the texts about an earlier action that have a number.
var countedNotices = map[string]func(n int) string{
	"struck": wording.StruckOff, "put-back": wording.PutBack, "ours": wording.SentAgain, "again": wording.OursAgain, "theirs": wording.LeftToOthers,
	"prices": func(n int) string {
		return wording.PricesReleased(n) + ": they go with the next publication, or at once if you publish what has changed"
	},
	"prices-some": func(n int) string {
		return wording.PricesReleased(n) + ". Others were held or changed after the page was shown: they stay held, so look at them again"
	},
	"trying-some": func(n int) string {
		return wording.TriedAgain(n) + ". Others were not asked, and wait as before: ask again in a moment"
	},
	"trying": wording.TriedAgain, "sample": wording.SampleNow, "undone": wording.GoesBack,
}

// withNotice returns an address that shows a counted notice.
func withNotice(address, key string, n int, warning string) string {
	if warning != "" {
		key += "-later"
	}
	sign := "?"
	if strings.Contains(address, "?") {
		sign = "&"
	}
	return address + sign + url.Values{"notice": {key + ":" + strconv.Itoa(n)}}.Encode()
}
