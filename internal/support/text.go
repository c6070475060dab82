package support

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// listed is how many calls the text of a case lists; calls.json has all.
const listed = 10

// amazonAPIs are Amazon's names of its APIs by operation (SP-API models). Operations that are not here are of no API with a support
// category of its own: presigned documents, tokens.
var amazonAPIs = map[string]string{
	"putListingsItem": "Listings Items API", "patchListingsItem": "Listings Items API", "getListingsItem": "Listings Items API",
	"searchListingsItems": "Listings Items API", "deleteListingsItem": "Listings Items API",
	"createFeed": "Feeds API", "createFeedDocument": "Feeds API", "getFeed": "Feeds API", "getFeeds": "Feeds API", "getFeedDocument": "Feeds API",
	"uploadFeedDocument": "Feeds API", "downloadFeedReport": "Feeds API",
	"searchOrders": "Orders API", "getOrder": "Orders API", "confirmShipment": "Orders API",
	"createReport": "Reports API", "getReport": "Reports API", "getReportDocument": "Reports API", "downloadReport": "Reports API",
	"getDefinitionsProductType": "Product Type Definitions API", "downloadDefinition": "Product Type Definitions API",
	"getMarketplaceParticipations": "Sellers API", "token": "Login with Amazon",
}

// ebayAPIs are eBay's names of its APIs by operation, of those that are not in the Inventory API.
var ebayAPIs = map[string]string{
	"getOrders": "Fulfillment API", "getOrder": "Fulfillment API", "getShippingFulfillments": "Fulfillment API", "createShippingFulfillment": "Fulfillment API",
	"createCancellation": "Post-Order API", "getCancellation": "Post-Order API", "approveCancellation": "Post-Order API", "rejectCancellation": "Post-Order API",
	"getPaymentPolicies": "Account API", "getReturnPolicies": "Account API", "getFulfillmentPolicies": "Account API",
	"getItemAspectsForCategory": "Taxonomy API", "getDefaultCategoryTreeId": "Taxonomy API", "getItemConditionPolicies": "Metadata API",
	"getToken": "OAuth (Identity API)",
}

// API returns the channel's own name of the API that an operation belongs to, as its support asks for it.
func API(kind channel.Kind, operation string) string {
	switch kind {
	case channel.Amazon:
		return cmp.Or(amazonAPIs[operation], "Selling Partner API")
	case channel.EBay:
		return cmp.Or(ebayAPIs[operation], "Inventory API")
	case channel.Shopify:
		return "GraphQL Admin API"
	}
	return string(kind)
}

// idName is the channel's name of a request id: the header that has it.
func idName(kind channel.Kind) string {
	switch kind {
	case channel.Amazon:
		return "x-amzn-RequestId"
	case channel.EBay:
		return "X-EBAY-C-REQUEST-ID"
	case channel.Shopify:
		return "X-Request-Id"
	}
	return "request id"
}

// steps are where a case is opened. Amazon's are those of its case log.
func steps(kind channel.Kind) []string {
	switch kind {
	case channel.Amazon:
		return []string{"Log in to Seller Central (vendors: Vendor Central) and open Support.", "Choose Case log, then Contact us with a new case, and the business group.",
			"Choose API Integration, API services, Send email.", "Copy the text below into it, and attach calls.json."}
	case channel.EBay:
		return []string{"Log in to the eBay Developers Program with the account of the application.", "Open Support, and ask Developer Technical Support with a new ticket.",
			"Copy the text below into it, and attach calls.json."}
	case channel.Shopify:
		return []string{"Log in to the shop's admin and open the Shopify Help Center.", "Choose Contact support, and name apps and the API as the subject.",
			"Copy the text below into it, and attach calls.json."}
	}
	return []string{"Ask the channel's support, and attach calls.json."}
}

// CaseText returns the text of the case, with where to open it.
func (d Dossier) CaseText() string {
	var b strings.Builder
	fmt.Fprintf(&b, "WHERE TO OPEN THE CASE\n\n")
	for i, s := range steps(d.Channel) {
		fmt.Fprintf(&b, "%d. %s\n", i+1, s)
	}
	fmt.Fprintf(&b, "%d. Keep the number of the case: towpath support case INCIDENT --number NUMBER\n", len(steps(d.Channel))+1)
	if len(d.Cases) > 0 {
		fmt.Fprintf(&b, "\nAlready open: case %s.\n", strings.Join(d.Cases, ", "))
	}
	b.WriteString("\nTEXT OF THE CASE\n\n")
	d.writeCase(&b)
	fmt.Fprintf(&b, "\nMade by Towpath %s, %s. It has no secrets and no buyers' data.\n", d.Version, moment(d.At))
	return b.String()
}

func (d Dossier) writeCase(b *strings.Builder) {
	failed := d.failed()
	if len(failed) == 0 {
		fmt.Fprintf(b, "No call about %s %s has failed, as far as is recorded: see timeline.txt.\n", d.Kind, d.Reference)
		return
	}
	last := failed[max(0, slices.IndexFunc(failed, func(f failure) bool { return !f.outcome }))]
	api := API(d.Channel, last.operation)
	alike, others := 0, false // calls to the same API, and whether there are some to others
	for _, f := range failed {
		switch {
		case f.outcome:
		case API(d.Channel, f.operation) == api:
			alike++
		default:
			others = true
		}
	}
	if alike <= 1 {
		fmt.Fprintf(b, "A call to the %s failed: %s.\n\n", api, describe(d.Channel, last))
	} else {
		fmt.Fprintf(b, "%d calls to the %s failed. The last one: %s.\n\n", alike, api, describe(d.Channel, last))
	}
	for _, f := range [][2]string{
		{"Marketplace ID", d.Marketplace}, {"API", api}, {"Operation", last.operation}, {"Endpoint", string(d.Endpoint)}, {"Host", d.Host},
		{"Error code", last.code}, {"About", string(d.Kind) + " " + d.Reference},
	} {
		if f[1] != "" {
			fmt.Fprintf(b, "%s: %s\n", f[0], f[1])
		}
	}
	too := ""
	if others {
		too = ", those to other APIs too"
	}
	fmt.Fprintf(b, "\nThe calls that failed%s (%s):\n", too, idName(d.Channel))
	for _, f := range failed[:min(len(failed), listed)] {
		fmt.Fprintf(b, "- %s  %s  %s: %s\n", moment(f.at), cmp.Or(f.requestID, "no answer came"), d.called(f, others), faultWords(f.class, f.code))
	}
	if len(failed) > listed {
		fmt.Fprintf(b, "- and %d more, in calls.json\n", len(failed)-listed)
	}
	b.WriteString("\nPlease tell us why these calls fail and what we have to change.\n")
}

// called names an operation, with its API where the text is about several.
func (d Dossier) called(f failure, several bool) string {
	if !several || f.outcome {
		return f.operation
	}
	return f.operation + " (" + API(d.Channel, f.operation) + ")"
}

// TimelineText returns everything that happened, the oldest first, a line each.
func (d Dossier) TimelineText() string {
	var b strings.Builder
	for _, e := range d.timeline() {
		fmt.Fprintf(&b, "%s  %s\n", moment(e.At), e.What)
	}
	return cmp.Or(b.String(), "Nothing is recorded.\n")
}

func describe(kind channel.Kind, f failure) string {
	text := f.operation + " (" + API(kind, f.operation) + ")"
	switch {
	case f.status != 0:
		text += fmt.Sprintf(", HTTP %d", f.status)
	case f.requestID == "":
		text += ", no answer came"
	}
	if f.class != "" {
		text += ", " + faultWords(f.class, f.code)
	}
	if f.requestID != "" {
		text += ", " + idName(kind) + " " + f.requestID
	}
	return text
}

func faultWords(class channel.Class, code string) string {
	return strings.TrimSpace(string(class) + " " + code)
}

// moment spells a moment in UTC: the channel's support has another time zone than the operator.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
