package amazon

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

const codeHandle = "HANDLE_NOT_OURS"

// handle is what Towpath keeps of a feed while Amazon works on it: the feed's id and a digest of its SKUs. A report
// names messages by number; the messages were numbered 1, 2, ... in the order of the sorted SKUs, so whoever knows
// the SKUs, in whatever order, knows the numbers. Amazon does not give a feed's own content back.
type handle struct {
	FeedID string
	Digest string
}

// String is the handle as it is stored and shown, e.g. "50014019222.9f8e7d6c5b4a".
func (h handle) String() string { return h.FeedID + "." + h.Digest }

func parseHandle(s string) (handle, error) {
	const longest = 100
	id, digest, found := strings.Cut(s, ".")
	if !found || id == "" || digest == "" || len(s) > longest {
		return handle{}, fmt.Errorf("the handle of the feed is not one: it has %d bytes and should read <feed id>.<digest>", len(s))
	}
	return handle{FeedID: id, Digest: digest}, nil
}

// numbered are the SKUs in the order of their messages, each once.
func numbered(skus []string) []string { return slices.Compact(slices.Sorted(slices.Values(skus))) }

// digest tells one set of numbered SKUs from another.
func digest(numbered []string) string {
	h := sha256.New()
	for _, sku := range numbered {
		_, _ = fmt.Fprintf(h, "%d %s\n", len(sku), sku)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
