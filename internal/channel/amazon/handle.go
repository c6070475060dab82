package amazon

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
)

const (
	maxHandle = 2 << 20 // bytes of a handle as text
	maxSKUs   = 4 << 20 // bytes of the SKUs in it, unpacked: 25,000 of 40 characters fit four times
)

// handle is what Towpath keeps of a feed while Amazon works on it: the feed's id and the SKU of each message, in
// order. A report names only the messages that failed, by number; after a restart nothing else could say which SKUs
// the rest were. 25,000 SKUs take some 70 kB.
type handle struct {
	FeedID string   `json:"f"`
	SKUs   []string `json:"s"`
}

// String is the handle as the store keeps it.
func (h handle) String() string {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_ = json.NewEncoder(w).Encode(h)
	_ = w.Close()
	return base64.RawURLEncoding.EncodeToString(packed.Bytes())
}

func parseHandle(s string) (handle, error) {
	var h handle
	if len(s) > maxHandle {
		return h, fmt.Errorf("the feed's handle has %d bytes, more than %d", len(s), maxHandle)
	}
	packed, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return h, fmt.Errorf("the feed's handle is not base64: %w", err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return h, fmt.Errorf("the feed's handle is not packed: %w", err)
	}
	body, err := io.ReadAll(io.LimitReader(r, maxSKUs+1))
	if err != nil || len(body) > maxSKUs {
		return h, fmt.Errorf("the feed's handle cannot be unpacked, or is larger than %d bytes", maxSKUs)
	}
	if err := json.Unmarshal(body, &h); err != nil {
		return h, fmt.Errorf("the feed's handle is not JSON: %w", err)
	}
	if h.FeedID == "" || len(h.SKUs) == 0 || len(h.SKUs) > feedItems {
		return h, fmt.Errorf("the feed's handle names no feed, or not 1 to %d SKUs", feedItems)
	}
	return h, nil
}
