package amazon

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// maxMessages is the greatest number of messages in a feed.
const maxMessages = 25000

// reportIssue is an issue of a processing report; without a message number it concerns the whole feed.
type reportIssue struct {
	MessageID     int    `json:"messageId,omitempty"`
	SKU           string `json:"sku,omitempty"`
	Code          string `json:"code"`
	Severity      string `json:"severity"`
	Message       string `json:"message"`
	AttributeName string `json:"attributeName,omitempty"`
}

// message is one listing in a feed.
type message struct {
	MessageID int `json:"messageId"`
	submission
}

const reportPrefix = "amzn1.tortuga.4.eu.report-"

func reportID(feedID string) string { return reportPrefix + feedID }
func isReport(id string) bool       { return strings.HasPrefix(id, reportPrefix) }

// processFeed processes a feed unless that has been done. Only one feed is processed at a time.
func (s *server) processFeed(ctx context.Context, f feed) error {
	s.feeding.Lock()
	defer s.feeding.Unlock()
	_, err := s.work(ctx, f)
	return err
}

// ask returns how a feed ended. It processes the feed first, unless another one is being processed.
func (s *server) ask(ctx context.Context, f feed) (status string, err error) {
	if !s.feeding.TryLock() {
		return inProgress, nil
	}
	defer s.feeding.Unlock()
	return s.work(ctx, f)
}

// work processes a feed; the caller holds the lock.
func (s *server) work(ctx context.Context, f feed) (status string, err error) {
	if f.Outcome == outcomeCancelled {
		return "CANCELLED", nil
	}
	// The fingerprint of a report's record is the feed's final status.
	status, _, done, err := s.market.Recall(ctx, documentKey(reportID(f.ID)))
	if err != nil || done {
		return cmp.Or(status, "DONE"), err
	}
	body, _, err := s.document(ctx, f.DocumentID)
	if err != nil {
		return "", err
	}
	if f.Type == acknowledgementFeed {
		status, report, err := s.acknowledge(ctx, f, body)
		if err != nil {
			return "", err
		}
		return status, s.market.Remember(ctx, documentKey(reportID(f.ID)), status, report)
	}
	messages, complaint := s.readFeed(body)
	status = "DONE"
	if complaint == "" && f.Outcome == outcomeFatal {
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

// apply checks all messages in their order, accepts those without errors, and returns the issues.
func (s *server) apply(ctx context.Context, messages []message) ([]reportIssue, error) {
	all := make([]submission, len(messages))
	for n, m := range messages {
		all[n] = m.submission
	}
	found, err := s.accept(ctx, opCreateFeed, false, all...)
	issues := []reportIssue{}
	for n, of := range found {
		for _, i := range of {
			one := reportIssue{MessageID: messages[n].MessageID, SKU: messages[n].SKU, Code: i.Code, Severity: i.Severity, Message: i.Message}
			if len(i.AttributeNames) > 0 {
				one.AttributeName = i.AttributeNames[0]
			}
			issues = append(issues, one)
		}
	}
	return issues, err
}

// report returns the compressed processing report.
func (s *server) report(f feed, messages int, issues []reportIssue) []byte {
	invalid, count := map[int]bool{}, map[string]int{}
	for _, i := range issues {
		if count[i.Severity]++; i.MessageID > 0 && i.Severity == "ERROR" {
			invalid[i.MessageID] = true
		}
	}
	text, _ := json.Marshal(map[string]any{
		"header": map[string]string{"sellerId": s.options.Credentials["sellerId"], "version": "2.0", "feedId": f.ID},
		"issues": issues,
		"summary": map[string]int{
			"errors": count["ERROR"], "warnings": count["WARNING"],
			"messagesProcessed": messages, "messagesAccepted": messages - len(invalid), "messagesInvalid": len(invalid),
		},
	})
	return packed(text)
}

// packed compresses a report.
func packed(text []byte) []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(text)
	_ = w.Close()
	return packed.Bytes()
}
