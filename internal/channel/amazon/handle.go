package amazon

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	codeHandle    = "HANDLE_NOT_OURS"
	longestHandle = 100 // bytes: handles are shown and stored with every SKU
)

// handle identifies a feed while Amazon works on it: the feed's id and a digest of its SKUs. A report names messages
// by number; messages are numbered 1, 2, ... in the order of the sorted SKUs, so the SKUs in any order give the
// numbers. Amazon does not return a feed's own content.
type handle struct {
	FeedID string
	Digest string
	Held   []int // numbers of SKUs left out of the feed because Amazon ships them itself
}

// String returns the handle as it is stored and shown, e.g. "50014019222.9f8e7d6c5b4a", or with the numbers of the
// SKUs left out "50014019222.9f8e7d6c5b4a.7-1f".
func (h handle) String() string {
	s := h.FeedID + "." + h.Digest
	for i, number := range h.Held {
		if i == 0 {
			s += "."
		} else {
			s += "-"
		}
		s += strconv.FormatInt(int64(number), 16)
	}
	return s
}

func parseHandle(s string) (handle, error) {
	parts := strings.Split(s, ".")
	bad := fmt.Errorf("the handle of the feed is invalid: it has %d bytes and should read <feed id>.<digest>", len(s))
	if len(s) > longestHandle || len(parts) < 2 || len(parts) > 3 || slices.Contains(parts, "") {
		return handle{}, bad
	}
	h := handle{FeedID: parts[0], Digest: parts[1]}
	for _, list := range parts[2:] {
		for text := range strings.SplitSeq(list, "-") {
			number, err := strconv.ParseInt(text, 16, 32)
			if err != nil || number < 1 {
				return handle{}, bad
			}
			h.Held = append(h.Held, int(number))
		}
	}
	return h, nil
}

// childrenFrom is added to the message numbers of children, so that parents have lower numbers and come first in a
// feed. No feed has this many messages.
const childrenFrom = 100_000

// position returns the index of a message's SKU; below 0 = not a number of this feed.
func position(messageID int) int {
	if messageID > childrenFrom {
		messageID -= childrenFrom
	}
	return messageID - 1
}

// numbered returns the SKUs in the order of their messages, each once.
func numbered(skus []string) []string { return slices.Compact(slices.Sorted(slices.Values(skus))) }

// digest returns a short hash of the numbered SKUs.
func digest(numbered []string) string {
	h := sha256.New()
	for _, sku := range numbered {
		_, _ = fmt.Fprintf(h, "%d %s\n", len(sku), sku)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
