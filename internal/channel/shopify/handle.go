package shopify

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
)

// handle is a submission with products that Shopify is still working on.
type handle struct {
	Operations []background `json:"o"`
}

// background is one of Shopify's operations, with digests of the SKUs without a result, in the order in which their
// variants were sent. Digests keep the workflow's history small.
type background struct {
	ID   string `json:"i"`
	SKUs []byte `json:"s"`
}

// digest is the length of a SKU's hash in bytes, enough to distinguish the SKUs of a submission.
const digest = 6

func digestOf(sku string) [digest]byte {
	sum := sha256.Sum256([]byte(sku))
	return [digest]byte(sum[:digest])
}

func (t *handle) add(s sent) {
	b := background{ID: s.pending}
	for _, v := range s.product.Variants {
		d := digestOf(v.SKU)
		b.SKUs = append(b.SKUs, d[:]...)
	}
	t.Operations = append(t.Operations, b)
}

// String returns the handle; empty for an empty handle.
func (t handle) String() string {
	if len(t.Operations) == 0 {
		return ""
	}
	text, err := json.Marshal(t)
	if err != nil { // texts and bytes always marshal
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// maxHandle limits a handle, in bytes: some products of 2,048 variants.
const maxHandle = 1 << 18

func parseHandle(s string) (handle, *channel.Fault) {
	var t handle
	if len(s) <= maxHandle {
		text, err := base64.RawURLEncoding.DecodeString(s)
		bad := func(b background) bool { return b.ID == "" || len(b.SKUs) == 0 || len(b.SKUs)%digest != 0 }
		if err == nil && json.Unmarshal(text, &t) == nil && len(t.Operations) > 0 && !slices.ContainsFunc(t.Operations, bad) {
			return t, nil
		}
	}
	return handle{}, channel.Refusal(channel.Invalid, opProductOperation.name, CodeBadCursor, "the handle is not Shopify's: publish again")
}

// product returns the operation's product as far as its results need it: the SKUs in their order.
func (b background) product(skus map[[digest]byte]string) (p channel.Product) {
	for d := range slices.Chunk(b.SKUs, digest) {
		if sku, ours := skus[[digest]byte(d)]; ours {
			p.Variants = append(p.Variants, channel.Variant{SKU: sku})
		} else {
			p.Variants = append(p.Variants, channel.Variant{}) // keeps the index of those after it
		}
	}
	return p
}

// SubmitOutcome returns the outcome of the operations that set large products: all results together, once no
// operation is running.
func (c *Connection) SubmitOutcome(ctx context.Context, pending string, skus []string) (channel.Publication, error) {
	t, fault := parseHandle(pending)
	if fault != nil {
		return channel.Publication{}, fault
	}
	named := make(map[[digest]byte]string, len(skus))
	for _, sku := range skus {
		named[digestOf(sku)] = sku
	}
	all := make([]sent, len(t.Operations))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, b := range t.Operations {
		group.Go(func() error {
			all[i] = c.outcome(ctx, b.ID, b.product(named))
			return nil
		})
	}
	_ = group.Wait() // every operation has its own result
	for _, s := range all {
		if s.pending != "" {
			return channel.Publication{Pending: pending, RequestID: s.requestID}, nil
		}
		if s.fault != nil && !s.fault.Permanent() {
			return channel.Publication{}, s.fault
		}
	}
	out, err := collect(all)
	out.Results = resultPerSKU(out.Results, skus)
	return out, err
}

// resultPerSKU returns one result for every requested SKU, each once. A SKU without an operation is to be sent again.
func resultPerSKU(results []channel.VariantResult, skus []string) []channel.VariantResult {
	have := make(map[string]channel.VariantResult, len(results))
	for _, r := range results {
		have[r.SKU] = r
	}
	out := make([]channel.VariantResult, len(skus))
	for i, sku := range skus {
		r, ok := have[sku]
		if !ok {
			f := channel.Refusal(channel.Conflict, opProductOperation.name, CodeOperationGone, "no operation of the submission contains this SKU")
			r = channel.VariantResult{SKU: sku, Fault: f}
		}
		out[i] = r
	}
	return out
}

// outcome reads one operation.
func (c *Connection) outcome(ctx context.Context, id string, p channel.Product) sent {
	s := sent{product: p}
	var data struct {
		Operation *struct {
			Type    string            `json:"__typename"`
			Status  string            `json:"status"`
			Product *publishedProduct `json:"product"`
			Errors  []userError       `json:"userErrors"`
		} `json:"productOperation"`
	}
	r, fault := c.read(ctx, opProductOperation, variables{"id": id}, &data)
	if fault != nil {
		s.fault = fault
		return s
	}
	a := publication{product: p, reply: r, operation: opProductOperation}
	switch o := data.Operation; {
	case o == nil:
		s.fault = r.answer.Fault(channel.Missing, opProductOperation.name, CodeOperationGone)
	case len(o.Errors) > 0:
		return s.withResults(a.refused(o.Errors))
	case o.Status != "COMPLETE":
		s.pending, s.requestID = id, r.requestID
	case o.Product == nil:
		s.fault = r.answer.Fault(channel.Missing, opProductOperation.name, CodeProductDeleted)
	default:
		if s.fault = c.allVariants(ctx, o.Product.ID, &o.Product.Variants); s.fault == nil {
			return s.withResults(a.done(o.Product))
		}
	}
	return s
}
