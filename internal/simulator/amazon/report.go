package amazon

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// maxMessages is the most that a feed may hold.
const maxMessages = 25000

// reportIssue is an issue of a processing report; one without a message number is the whole feed's.
type reportIssue struct {
	MessageID int    `json:"messageId,omitempty"`
	SKU       string `json:"sku,omitempty"`
	Code      string `json:"code"`
	Severity  string `json:"severity"`
	Message   string `json:"message"`
}

// message is one listing in a feed.
type message struct {
	MessageID     int    `json:"messageId"`
	SKU           string `json:"sku"`
	OperationType string `json:"operationType"`
	listingPatch
}

const reportPrefix = "amzn1.tortuga.4.eu.report-"

func reportID(feedID string) string { return reportPrefix + feedID }
func isReport(id string) bool       { return strings.HasPrefix(id, reportPrefix) }

// settle works on a feed unless that has been done, and says how it ended. Feeds are worked on one at a time.
func (s *server) settle(ctx context.Context, f feed) (status string, err error) {
	s.feeding.Lock()
	defer s.feeding.Unlock()
	if f.Fate == fateCancelled {
		return "CANCELLED", nil
	}
	// The fingerprint of a report's record says how its feed ended.
	status, _, done, err := s.market.Recall(ctx, documentKey(reportID(f.ID)))
	if err != nil || done {
		return cmp.Or(status, "DONE"), err
	}
	body, _, err := s.document(ctx, f.DocumentID)
	if err != nil {
		return "", err
	}
	messages, complaint := s.readFeed(body)
	status = "DONE"
	if complaint == "" && f.Fate == fateFatal {
		messages, complaint = messages[:len(messages)/2], "The feed could not be processed to its end."
	}
	issues, err := s.apply(ctx, messages)
	if err != nil {
		return "", err
	}
	if complaint != "" {
		status, issues = "FATAL", []reportIssue{{Code: "4000001", Severity: "ERROR", Message: complaint}}
	}
	return status, s.market.Remember(ctx, documentKey(reportID(f.ID)), status, s.report(f, len(messages), issues))
}

// readFeed reads a feed's body; a complaint makes the feed fatal.
func (s *server) readFeed(body []byte) (messages []message, complaint string) {
	var content struct {
		Header struct {
			SellerID string `json:"sellerId"`
			Version  string `json:"version"`
		} `json:"header"`
		Messages []message `json:"messages"`
	}
	switch err := json.Unmarshal(body, &content); {
	case err != nil:
		return nil, "The feed is not valid JSON."
	case content.Header.SellerID != s.options.Credentials["sellerId"] || content.Header.Version != "2.0":
		return nil, "The feed's header names another seller or version."
	case len(content.Messages) == 0 || len(content.Messages) > maxMessages:
		return nil, fmt.Sprintf("A feed needs 1 to %d messages.", maxMessages)
	}
	seen := map[int]bool{}
	for _, m := range content.Messages {
		if m.MessageID < 1 || seen[m.MessageID] {
			return nil, "Message ids must be unique numbers from 1."
		}
		seen[m.MessageID] = true
	}
	return content.Messages, ""
}

// apply accepts the quantities of all messages that are valid, in one transaction, and reports the others.
func (s *server) apply(ctx context.Context, messages []message) ([]reportIssue, error) {
	issues := []reportIssue{}
	report := func(m message, found *issue) {
		issues = append(issues, reportIssue{MessageID: m.MessageID, SKU: m.SKU, Code: found.Code, Severity: found.Severity, Message: found.Message})
	}
	var valid []message
	var changes []market.QuantityChange
	for _, m := range messages {
		quantity, found := m.quantity()
		if m.OperationType != "PATCH" {
			found = attributeIssue("Only PATCH is done here.")
		}
		if found == nil && s.options.Injector.Strikes(faults.ProductGone, opCreateFeed) {
			found = issueOf(market.ErrNoListing)
		}
		if found != nil {
			report(m, found)
			continue
		}
		if s.options.Injector.Strikes(faults.NeverLive, opCreateFeed) {
			continue
		}
		valid = append(valid, m)
		changes = append(changes, market.QuantityChange{SKU: m.SKU, Quantity: quantity})
	}
	answers, err := s.market.SetQuantitiesAt(ctx, s.live(), changes)
	if err != nil {
		return nil, err
	}
	for i, m := range valid {
		if found := issueOf(answers[i]); found != nil {
			report(m, found)
		}
	}
	return issues, nil
}

// report writes the processing report, packed.
func (s *server) report(f feed, messages int, issues []reportIssue) []byte {
	invalid := 0
	for _, i := range issues {
		if i.MessageID > 0 {
			invalid++
		}
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"header": map[string]string{"sellerId": s.options.Credentials["sellerId"], "version": "2.0", "feedId": f.ID},
		"issues": issues,
		"summary": map[string]int{
			"errors": len(issues), "warnings": 0,
			"messagesProcessed": messages, "messagesAccepted": messages - invalid, "messagesInvalid": invalid,
		},
	})
	_ = w.Close()
	return packed.Bytes()
}
