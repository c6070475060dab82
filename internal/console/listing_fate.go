package console

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// outcomeRow is an item of a publication, with its outcome and what to do about it.
type outcomeRow struct {
	publications.PublicationItem
	Channel channel.Kind
	Href    string // the SKU's page, or the category's
	Advice  []*advice
}

func (c *console) outcome(i publications.PublicationItem, g *glance) outcomeRow {
	row := outcomeRow{PublicationItem: i}
	if a := g.find(i.Account); a != nil {
		row.Channel = a.Channel
	}
	switch i.Type {
	case listing.KindVariant:
		row.Href = "/sku?" + url.Values{"sku": {i.Reference}}.Encode()
	case listing.KindCategory:
		row.Href = "/products?" + url.Values{"category": {i.Reference}}.Encode()
	case listing.KindProduct:
		row.Href = "/products?" + url.Values{"search": {i.Reference}}.Encode()
	}
	for _, r := range c.starter.ItemAdvice(i, row.Channel) {
		row.Advice = append(row.Advice, advised(&r))
	}
	return row
}

// What returns the item's outcome in a few words.
func (r outcomeRow) What() string { return starter.Outcome(r.PublicationItem, r.Channel) }

// Why returns the reason of an error, if one is given besides its issues.
func (r outcomeRow) Why() string {
	if r.Status == runs.ItemError && r.Stage != "" {
		return r.Reason
	}
	return ""
}

// Unfolds reports whether there is more to show than the row has.
func (r outcomeRow) Unfolds() bool { return len(r.Issues) > 0 || r.Status == runs.ItemError }

// Test reports whether the item went to a test endpoint.
func (r outcomeRow) Test() bool { return r.Endpoint == channel.Test }

// More returns how many issues follow the first.
func (r outcomeRow) More() string {
	if len(r.Issues) < 2 {
		return ""
	}
	return fmt.Sprintf("%d issues", len(r.Issues))
}

// issueTone returns the tone of an issue's severity.
func issueTone(s listing.Severity) tone {
	switch s {
	case listing.Error:
		return wording.Bad
	case listing.Warning:
		return wording.Warn
	case listing.Info:
	}
	return wording.Quiet
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
