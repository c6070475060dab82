package ebay

import (
	"cmp"
	"context"
	"regexp"
	"slices"

	"github.com/towpath/towpath/internal/channel"
)

// The ids of refusals that may say that a listing was revised too often: each stands for many reasons.
const codeNotRevisable = 25019 // beside codeUserError

// revised and tooOften are in the words of such a refusal together. eBay publishes the id and not its words.
var (
	revised  = regexp.MustCompile(`(?i)revis`)
	tooOften = regexp.MustCompile(`(?i)\b(often|too many|times|daily|today|(a|per|one|calendar) day)\b`)
)

// usedUp reports whether eBay refuses a revision because the listing was revised too often today.
func usedUp(f *channel.Fault, errs []apiError) bool {
	return f != nil && f.Permanent() && slices.ContainsFunc(errs, func(e apiError) bool {
		words := e.Message + " " + e.LongMessage
		for _, p := range e.Parameters {
			words += " " + string(p.Value)
		}
		return (e.ErrorID == codeNotRevisable || e.ErrorID == codeUserError) && revised.MatchString(words) && tooOften.MatchString(words)
	})
}

// Codes of changes that were not sent: the last revisions of the day are kept for levels; revisions could not be counted.
const (
	codeRevisionsKept = "REVISIONS_KEPT"
	codeNotCounted    = "REVISIONS_NOT_COUNTED"
)

// revise counts one revision of each listing that a call about members is going to revise, and returns the members that
// may be in the call. The others fail: their listings have no revisions left for anything but levels.
func (s *submission) revise(ctx context.Context, members []member) []member {
	var listings []string
	for _, m := range members {
		if id := s.listingOf(m.SKU); id != "" && !slices.Contains(listings, id) {
			listings = append(listings, id)
		}
	}
	kept, err := channel.Revise(ctx, listings)
	return slices.DeleteFunc(slices.Clone(members), func(m member) bool {
		id := s.listingOf(m.SKU)
		if id == "" || err == nil && !slices.Contains(kept, id) {
			return false
		}
		s.fail(m.SKU, keptBack(id, err), nil)
		return true
	})
}

// reviseGroup is revise for a call about a whole family. It reports whether the call may be made; if not, no variant goes on.
func (s *submission) reviseGroup(ctx context.Context, f *family) bool {
	id := ""
	for _, v := range f.product.Variants {
		id = cmp.Or(id, s.listingOf(v.SKU))
	}
	if id == "" {
		return true // there is no listing yet
	}
	kept, err := channel.Revise(ctx, []string{id})
	if err == nil && len(kept) == 0 {
		return true
	}
	for _, v := range s.open(f) {
		s.fail(v.SKU, keptBack(id, err), nil)
	}
	return false
}

// keptBack returns the fault of a variant that is not sent: err, or that its listing takes levels only.
func keptBack(listingID string, err error) *channel.Fault {
	if err != nil {
		f := channel.NewFault(channel.Unavailable, opPublish, "revisions of listing "+listingID+" could not be counted: "+err.Error())
		f.Code = codeNotCounted
		return f
	}
	return channel.Refusal(channel.Config, opPublish, codeRevisionsKept,
		"listing "+listingID+" was revised so often today that the last of eBay's 250 revisions are kept for its level")
}

// listingOf returns the id of the live listing that a variant is in; empty when it is in none.
func (s *submission) listingOf(sku string) string {
	if !s.listed(sku) {
		return ""
	}
	return string(s.offers[sku].Listing.ID)
}
