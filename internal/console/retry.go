package console

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/store/incidents"
)

// retryTimeout is how long Temporal may take to accept one retry.
const retryTimeout = 3 * time.Second

// notices are the texts about an earlier action that a page may show; the address has only the key.
var notices = map[string]string{
	"retried": "It is being retried. It leaves this list as soon as it continues.",
	"gone":    "It is no longer waiting: it continued by itself, or somebody else retried it.",

	"shipments":      "Asked: the packages leave this list as soon as they are on their way, and come back with the reason if their channel refuses again.",
	"shipments-some": "Some were asked. Temporal did not take the others: they wait here as before.",
	"shipments-none": "Nothing was asked: no package was selected, or none of them is parked any more.",

	"decided":   "Done: this page shows what became of it.",
	"undecided": "There is nothing to decide any more: the order has changed meanwhile.",

	"corrected":       "Corrected: it is sent so.",
	"correcting":      "Corrected here, and the channel is being told. The package shows the number that the channel still has until it has the right one.",
	"corrected-later": "Corrected here. Temporal did not answer: the next sweep tells the channel.",

	"returned":      "Entered: nothing happens to stock until you decide here.",
	"settled":       "Done: its units are booked.",
	"settled-later": "Done. Temporal did not answer: the next sweep sends the levels.",
	"unsettled":     "Nothing changed: the return was decided about meanwhile, or its units can't be taken back.",

	"paused":         "Paused: a call in progress is finished, and then nothing of what is paused is read or sent.",
	"resumed":        "Resumed: the channel accepts it, and all that waited goes on.",
	"paused-later":   "Paused. Temporal did not answer: its schedules follow with the next sweep, and nothing is read or sent until it is resumed.",
	"resumed-later":  "Resumed. Temporal did not answer for all of it: what waits goes on with the next sweep.",
	"acknowledged":   "Acknowledged: it is not counted until something new is affected.",
	"unacknowledged": "It is counted again.",

	"view-kept": "Kept: it stands above every list of orders.",
	"view-gone": "Deleted: the orders are as they were.",

	"case": "Kept: it is shown until this closes.",

	"aside":       "Asked: the scan that starts now tries it. It leaves this list when it can be read.",
	"aside-later": "Asked. Temporal did not answer: the next scan tries it.",

	"live":          "It is live: its levels and packages are on their way.",
	"live-later":    "It is live. Temporal did not answer: the next sweep sends its levels and packages.",
	"observes":      "It observes: nothing is sent from now on, except calls already in progress. What is listed stays.",
	"released":      "Released: the levels are on their way.",
	"asked":         "Asked: the run processes its items; this page shows what became of each.",
	"asked-later":   "Asked. Temporal did not answer: the next sweep starts it.",
	"stopped-later": "It is marked to stop. Temporal did not answer: the next sweep stops it.",
	"started":       "Started. A run that was in progress continues.",
	"stopped":       "It is stopping: items not sent yet are skipped, and answers to sent items are still awaited.",
	"ended":         "It had ended already, or somebody else has stopped it.",

	"released-later": "Released. Temporal did not answer: the next sweep sends the levels.",
}

// retry lets one parked workflow try again. Only what the store has as parked can be retried.
func (c *console) retry(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	id := r.PostForm.Get("workflow")
	next := "/"
	if n, err := strconv.ParseInt(r.PostForm.Get("order"), 10, 64); err == nil && n > 0 {
		next = "/orders/" + strconv.FormatInt(n, 10)
	}
	waits, err := c.waits(ctx, id)
	if err != nil {
		return "", err
	}
	notice := "gone"
	if waits {
		ctx, cancel := context.WithTimeout(ctx, retryTimeout)
		defer cancel()
		if err := c.starter.Retry(ctx, id); err != nil {
			c.logger.Warn("Retry was not accepted.", zap.String("workflow", id), zap.Error(err))
			return "", &problem{Status: http.StatusServiceUnavailable, Title: "Not retried", What: "Temporal did not accept the retry; nothing was changed.",
				Do: "Check that the Temporal server runs, then retry again."}
		}
		notice = "retried"
	}
	return next + "?" + url.Values{"notice": {notice}}.Encode(), nil
}

func (c *console) waits(ctx context.Context, workflowID string) (bool, error) {
	parked, err := c.starter.Store.Incidents.ParkedList(ctx, "")
	if err != nil {
		return false, err
	}
	return containsParked(parked, workflowID), nil
}

func containsParked(parked []incidents.Parked, workflowID string) bool {
	for _, p := range parked {
		if p.WorkflowID == workflowID {
			return true
		}
	}
	return false
}
