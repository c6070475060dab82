package ebay

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/listing"
)

// maxWords bounds a message of eBay's in an issue, in bytes; the fault's raw words have more of it.
const maxWords = 1000

// maxIssues bounds what is kept of one answer about one SKU.
const maxIssues = 50

// errorsOf are the issues of a call that was refused as a whole; none where no answer came.
func errorsOf(a *transport.Answer) []listing.Issue {
	if a == nil {
		return nil
	}
	var body struct {
		Errors []apiError `json:"errors"`
	}
	_ = json.Unmarshal(a.Body, &body) // gateways answer in HTML: the fault has it
	return issuesOf(body.Errors, listing.Error, a.RequestID)
}

// issuesOf are eBay's errors or warnings in Towpath's form.
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

// attributes are what an error is about. Some of eBay's parameters are named for it (fieldName: title); others are numbered and
// repeat the message before they name it at last ("2": "Brand").
func (e apiError) attributes() (names []string) {
	const longest = 65 // of a brand, the longest name there is
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
