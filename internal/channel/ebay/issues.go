package ebay

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/listing"
)

// maxWords limits eBay's message in an issue, in bytes; the fault's raw words contain more of it.
const maxWords = 1000

// maxIssues limits the issues of one SKU from one answer.
const maxIssues = 50

// errorsOf returns the issues of a call that was refused as a whole; none without an answer.
func errorsOf(a *transport.Answer) []listing.Issue {
	if a == nil {
		return nil
	}
	var body struct {
		Errors []apiError `json:"errors"`
	}
	_ = json.Unmarshal(a.Body, &body) // gateways answer in HTML, which only the fault keeps
	return issuesOf(body.Errors, listing.Error, a.RequestID)
}

// issuesOf converts eBay's errors or warnings to issues.
func issuesOf(errs []apiError, severity listing.Severity, requestID string) (issues []listing.Issue) {
	for _, e := range errs[:min(len(errs), maxIssues)] {
		message := e.Message
		if e.LongMessage != "" {
			message = e.LongMessage
		}
		issues = append(issues, listing.Issue{
			Stage: listing.Response, Severity: severity, Code: strconv.Itoa(e.ErrorID), Attributes: e.attributes(),
			Message: strings.ToValidUTF8(message[:min(len(message), maxWords)], ""), RequestID: requestID,
		})
	}
	return issues
}

// attributes returns what an error is about. Some of eBay's parameters have a telling name (fieldName: title); others
// are numbered, repeat the message, and only the last one has the name ("2": "Brand").
func (e apiError) attributes() (names []string) {
	const longest = 65 // the longest name is a brand
	for _, p := range e.Parameters {
		name := p.Name
		_, numbered := strconv.Atoi(p.Name)
		switch {
		case p.Name == "fieldName", p.Name == "field":
			name = string(p.Value)
		case numbered == nil:
			if name = string(p.Value); len(name) > longest || strings.HasSuffix(name, ".") {
				name = "" // a sentence
			}
		case p.Name == "additionalInfo":
			name = ""
		}
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
