package starter

import (
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// Outcome returns the outcome of a publication's item in a few words: the error, the reason for skipping it, or what it waits for.
func Outcome(i publications.PublicationItem, kind channel.Kind) string {
	switch {
	case i.Status == runs.ItemError && i.Stage == "": // an item of another kind of run
		return i.Reason
	case i.Status == runs.ItemError:
		return i.Stage.Words(kind.Name())
	case i.Status == runs.ItemSkipped:
		return i.Reason
	case i.Status == runs.ItemPending:
		return waitsFor(i.Step)
	case len(i.Issues) > 0 && i.Change.Words() != "":
		return i.Change.Words() + "; " + wording.Count(len(i.Issues), "warning", "warnings")
	case len(i.Issues) > 0:
		return wording.Count(len(i.Issues), "warning", "warnings")
	}
	return i.Change.Words()
}

func waitsFor(s listing.Step) string {
	switch s {
	case listing.Selected:
		return "waits to be checked"
	case listing.Validated:
		return "waits to be sent"
	case listing.Submitted:
		return "waits for an answer"
	case listing.Accepted, listing.Listed, listing.Live:
	}
	return ""
}
