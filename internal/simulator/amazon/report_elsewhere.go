package amazon

import (
	"cmp"
	"strings"

	"github.com/towpath/towpath/internal/simulator/market"
)

// eachElsewhere is after how many orders of its own a report has those of other sales channels.
const eachElsewhere = 3

// neighbours are the sales channels of another marketplace in the same region, by country; elsewhere it is Germany's.
var neighbours = map[string]string{"US": "Amazon.ca", "CA": "Amazon.com", "JP": "Amazon.com.au", "AU": "Amazon.co.jp", "DE": "Amazon.fr"}

// salesChannel returns the report's word for the marketplace.
func (p place) salesChannel() string { return "A" + strings.TrimPrefix(p.domain, "www.a") }

// elsewhere returns the lines of orders that a report has besides one of the marketplace's own: it is of the whole region, whichever
// marketplace was asked for (selling-partner-api-models, issues 534 and 2513), and has what Amazon ships for the seller's other shops. Their
// ids begin with groups that MarketOptions does not use.
func (s *server) elsewhere(o market.Order) (lines [][]string) {
	for _, other := range []struct{ group, channel string }{{"930", cmp.Or(neighbours[s.place().country], "Amazon.de")}, {"S01", "Non-Amazon"}} {
		sold := o
		_, number, _ := strings.Cut(o.ID, "-")
		sold.ID = other.group + "-" + number
		for _, l := range sold.Lines {
			lines = append(lines, s.reportLine(sold, l, other.channel))
		}
	}
	return lines
}

// reportLines returns the lines of a report.
func (s *server) reportLines(orders []market.Order) (lines [][]string) {
	for n, o := range orders {
		for _, l := range o.Lines {
			lines = append(lines, s.reportLine(o, l, s.place().salesChannel()))
		}
		if n%eachElsewhere == 0 {
			lines = append(lines, s.elsewhere(o)...)
		}
	}
	return lines
}
