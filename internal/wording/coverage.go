package wording

import "github.com/towpath/towpath/internal/coverage"

// Coverage returns in words whether all that a channel lists of a time is here.
func Coverage(s coverage.State) Said {
	switch s {
	case coverage.Lost:
		return Said{Text: "orders are missing", Tone: Bad}
	case coverage.Interrupted:
		return Said{Text: "orders are missing, and their backfill is interrupted", Tone: Bad}
	case coverage.Backfilling:
		return Said{Text: "a backfill brings what is missing", Tone: Busy}
	case coverage.Unknown:
		return Said{Text: "not known: the channel gave no list", Tone: Quiet}
	case coverage.Healed:
		return Said{Text: "whole, after a backfill", Tone: Good}
	case coverage.Whole:
	}
	return Said{Text: "whole", Tone: Good}
}
