package shopify

import (
	"regexp"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/simulator/market"
)

// timeTerm and statusTerm are the supported terms of Shopify's search syntax.
var (
	timeTerm   = regexp.MustCompile(`\b(updated_at|created_at):(>=|<=|>|<)'?([0-9T:.Z+-]+)'?`)
	statusTerm = regexp.MustCompile(`\bfulfillment_status:([a-z_]+)`)
	glue       = regexp.MustCompile(`\b(AND|OR)\b|[()\s]`)
)

// open are the fulfillment statuses that together cover every order with units left to ship.
var open = []string{"unshipped", "partial", "on_hold"}

// filter reads the arguments of orders. Shopify ignores unknown terms; this shop refuses them, so that a misspelt
// filter is found.
func filter(a arguments) (market.Filter, error) {
	var f market.Filter
	text := a.text("query")
	switch key := a.text("sortKey"); key {
	case "UPDATED_AT":
	case "CREATED_AT":
		f.ByCreation = true
	default:
		return f, fail("BAD_REQUEST", "this simulated shop sorts by UPDATED_AT and CREATED_AT, not by %q", key)
	}
	if reverse, _ := a["reverse"].(bool); reverse {
		return f, fail("BAD_REQUEST", "this simulated shop does not reverse")
	}
	for _, term := range timeTerm.FindAllStringSubmatch(text, -1) {
		at, err := time.Parse(time.RFC3339, term[3])
		if err != nil {
			return f, fail("BAD_REQUEST", "no time: %q", term[3])
		}
		bound(&f, term[1], term[2], at)
	}
	statuses := map[string]bool{}
	for _, term := range statusTerm.FindAllStringSubmatch(text, -1) {
		statuses[term[1]] = true
	}
	for _, s := range open {
		if len(statuses) > 0 && !statuses[s] {
			return f, fail("BAD_REQUEST", "this simulated shop filters by all open fulfillment statuses or none; missing: %s", s)
		}
	}
	f.OpenOnly = len(statuses) > 0
	rest := glue.ReplaceAllString(statusTerm.ReplaceAllString(timeTerm.ReplaceAllString(text, ""), ""), "")
	if strings.TrimSpace(rest) != "" || statuses["fulfilled"] || statuses["shipped"] {
		return f, fail("BAD_REQUEST", "this simulated shop does not know the filter %.200q", text)
	}
	return f, nil
}

// bound sets one limit. The search uses whole seconds, like the times in answers.
func bound(f *market.Filter, field, operator string, at time.Time) {
	from, to := &f.UpdatedFrom, &f.UpdatedTo
	if field == "created_at" {
		from, to = &f.CreatedFrom, &f.CreatedTo
	}
	at = at.UTC().Truncate(time.Second)
	switch operator {
	case ">=":
		*from = at
	case ">":
		*from = at.Add(time.Second)
	case "<=":
		*to = at.Add(time.Second - time.Microsecond)
	case "<":
		*to = at.Add(-time.Microsecond)
	}
}
