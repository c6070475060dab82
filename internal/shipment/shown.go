package shipment

import "time"

// ShownWithin is how long a channel may take to show a package that it has confirmed. Amazon answers 204 before it applies it, and
// sometimes never does (amzn/selling-partner-api-models#5232).
const ShownWithin = time.Hour

// CodeNotShown is the code of the fault of a package that was confirmed twice and that its channel still does not show.
const CodeNotShown = "NOT_SHOWN"

// Unshown is a confirmed package of an order that its channel shows as not shipped.
type Unshown struct {
	PackageID   string
	ConfirmedAt time.Time // of the last confirmation
	Resent      int       // how often it was sent again since the first one
}

// Verdict says what to do about an unshown package.
type Verdict int

// The verdicts.
const (
	KeepWaiting Verdict = iota // the channel may still show it
	SendAgain                  // the confirmation had no effect: send it once more
	AskPerson                  // that had none either
)

// Judge returns the verdict when every change of orders up to a moment has been read from the channel: had the confirmation had an
// effect, the order would have been among them.
func (u Unshown) Judge(readUntil time.Time, within time.Duration) Verdict {
	switch {
	case !readUntil.After(u.ConfirmedAt.Add(within)):
		return KeepWaiting
	case u.Resent == 0:
		return SendAgain
	}
	return AskPerson
}

// PrepareAgain marks another call for a confirmed package that its channel does not show, and reports whether it is to be made. The
// call first asks the channel, which may have the package after all.
func (k *Known) PrepareAgain(workflowID string) bool {
	if k.State != Confirmed || k.SentByOther(workflowID) {
		return false
	}
	k.UnderWay, k.Doubtful, k.Sender = true, true, workflowID
	return true
}
