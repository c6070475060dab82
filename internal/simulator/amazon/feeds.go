package amazon

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/wire"
)

const (
	feedDelay = 90 * time.Second // from createFeed until Amazon is done, at speed 1

	listingsFeed        = "JSON_LISTINGS_FEED"
	acknowledgementFeed = "POST_ORDER_ACKNOWLEDGEMENT_DATA"

	opCreateFeed = "createFeed"
	inProgress   = "IN_PROGRESS"
)

// The outcomes of rejected feeds, used in turn so that a run can be repeated.
const (
	outcomeRefused   = iota // createFeed answers 400
	outcomeCancelled        // CANCELLED, nothing is applied
	outcomeFatal            // FATAL after half of its messages were applied
	outcomes
)

// feed is the stored state of a feed; its report has the rest.
type feed struct {
	ID         string    `json:"id"`
	Type       string    `json:"type,omitempty"` // empty = listingsFeed
	DocumentID string    `json:"documentId"`
	Created    time.Time `json:"created"`
	Outcome    int       `json:"fate,omitempty"` // outcomeCancelled, outcomeFatal; 0 = it is worked on
}

func feedKey(id string) string { return "amazon/feed/" + id }

func (s *server) createFeed(w http.ResponseWriter, r *http.Request) {
	var body struct {
		FeedType            string   `json:"feedType"`
		MarketplaceIDs      []string `json:"marketplaceIds"`
		InputFeedDocumentID string   `json:"inputFeedDocumentId"`
	}
	if err := wire.ReadJSON(r, &body); err != nil || !slices.Contains([]string{listingsFeed, acknowledgementFeed}, body.FeedType) || !slices.Contains(body.MarketplaceIDs, s.options.Marketplace) {
		invalid(w, "feedType "+listingsFeed+" or "+acknowledgementFeed+", and the seller's marketplaceIds are required")
		return
	}
	_, uploaded, err := s.document(r.Context(), body.InputFeedDocumentID)
	if err == nil && !uploaded {
		invalid(w, "inputFeedDocumentId names no document, or nothing was uploaded to it")
		return
	}
	f := feed{ID: s.newFeedID(), Type: body.FeedType, DocumentID: body.InputFeedDocumentID, Created: s.options.Now()}
	if err == nil && s.options.Injector.Strikes(faults.FeedRejected, opCreateFeed) {
		if f.Outcome = s.nextOutcome(); f.Outcome == outcomeRefused {
			invalid(w, "Feed rejected: the document cannot be processed.")
			return
		}
	}
	record, _ := json.Marshal(f)
	if err == nil {
		err = s.market.Remember(r.Context(), feedKey(f.ID), "", record)
	}
	if err != nil {
		s.failed(w, "take a feed", err)
		return
	}
	time.AfterFunc(s.options.Delay(feedDelay), func() {
		if err := s.processFeed(context.Background(), f); err != nil {
			s.options.Logger.Warn("simulated Amazon could not work on a feed; it will when asked for it", zap.String("feed", f.ID), zap.Error(err))
		}
	})
	wire.WriteJSON(w, http.StatusAccepted, map[string]string{"feedId": f.ID})
}

// newFeedID returns a number higher than all earlier ones, also those before a restart.
func (s *server) newFeedID() string {
	s.numbering.Lock()
	defer s.numbering.Unlock()
	s.lastFeed = max(s.lastFeed+1, s.options.Now().UnixMicro())
	return strconv.FormatInt(s.lastFeed, 10)
}

func (s *server) nextOutcome() int {
	s.numbering.Lock()
	defer s.numbering.Unlock()
	s.rejected++
	return (s.rejected - 1) % outcomes
}

// getFeeds returns an empty list: a seller's client reads its feeds by their ids.
func (s *server) getFeeds(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if types := list(q, "feedTypes"); len(types) == 0 || len(types) > 10 || q.Has("nextToken") {
		invalid(w, "feedTypes is required, 10 at most")
		return
	}
	wire.WriteJSON(w, http.StatusOK, map[string]any{"feeds": []any{}})
}

func (s *server) getFeed(w http.ResponseWriter, r *http.Request) {
	_, record, known, err := s.market.Recall(r.Context(), feedKey(r.PathValue("feedId")))
	if err != nil {
		s.failed(w, "read a feed", err)
		return
	}
	var f feed
	if !known || json.Unmarshal(record, &f) != nil {
		refuse(w, http.StatusNotFound, "NotFound", "The feed does not exist.")
		return
	}
	answer := map[string]any{
		"feedId": f.ID, "feedType": cmp.Or(f.Type, listingsFeed), "marketplaceIds": []string{s.options.Marketplace}, "createdTime": timestamp(f.Created),
	}
	passed, takes := s.options.Now().Sub(f.Created), s.options.Delay(feedDelay)
	switch {
	case passed < takes/2:
		answer["processingStatus"] = "IN_QUEUE"
	case passed < takes:
		answer["processingStatus"] = inProgress
		answer["processingStartTime"] = timestamp(f.Created.Add(takes / 2))
	default:
		status, err := s.ask(r.Context(), f)
		if err != nil {
			s.failed(w, "work on a feed", err)
			return
		}
		answer["processingStatus"], answer["processingStartTime"] = status, timestamp(f.Created.Add(takes/2))
		if status == inProgress {
			break
		}
		if status != "CANCELLED" {
			answer["resultFeedDocumentId"] = reportID(f.ID)
		}
		answer["processingEndTime"] = timestamp(f.Created.Add(takes))
	}
	wire.WriteJSON(w, http.StatusOK, answer)
}
