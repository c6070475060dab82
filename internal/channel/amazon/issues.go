package amazon

import (
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/listing"
)

// maxMessage limits an issue's message, in bytes.
const maxMessage = 1000

// issue returns Amazon's issue as Towpath stores it.
func (i issue) issue(requestID string) listing.Issue {
	out := listing.Issue{
		Stage: listing.Response, Severity: severity(i.Severity), Code: transport.Code(i.Code), Message: bounded(i.Message, maxMessage), RequestID: requestID,
	}
	for _, name := range i.AttributeNames {
		out.Attributes = append(out.Attributes, bounded(name, 100))
	}
	return out
}

// severity returns the severity that Amazon gives. An unknown one counts as a warning: the answer's status shows what
// was refused.
func severity(words string) listing.Severity {
	switch strings.ToUpper(words) {
	case "ERROR":
		return listing.Error
	case "INFO":
		return listing.Info
	}
	return listing.Warning
}

func bounded(s string, most int) string {
	s = strings.ToValidUTF8(s, "")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return s
}

// answered adds Amazon's issues to a result: all as issues, the errors also as the fault, and the codes of the others
// as warnings.
func answered(r *channel.VariantResult, answer *transport.Answer, operation string, issues []issue) {
	r.RequestID = answer.RequestID
	for _, i := range issues {
		r.Issues = append(r.Issues, i.issue(answer.RequestID))
	}
	r.Warnings = disliked(issues)
	if r.Fault == nil && listing.Failed(r.Issues) {
		r.Fault = invalid(answer, operation, issues)
	}
}

// disliked returns the codes of issues that are not errors.
func disliked(issues []issue) (codes []string) {
	for _, i := range issues {
		if i.Severity != "ERROR" && !slices.Contains(codes, transport.Code(i.Code)) {
			codes = append(codes, transport.Code(i.Code))
		}
	}
	return codes
}
