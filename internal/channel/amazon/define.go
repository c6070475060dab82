package amazon

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

const (
	opDefinition   = "getDefinitionsProductType"
	opSchema       = "downloadDefinition"
	definitionPath = "/definitions/2020-09-01/productTypes/"

	// Titles and value names in a definition are for operators, who work in English. The valid values are the same in
	// every locale.
	definitionLocale = "en_GB"

	codeChecksum   = "CHECKSUM_WRONG"
	codeDefinition = "DEFINITION_UNUSABLE"
)

// definitionAnswer is the part of getDefinitionsProductType that Towpath reads.
type definitionAnswer struct {
	Schema struct {
		Link struct {
			Resource string `json:"resource"`
		} `json:"link"`
		Checksum string `json:"checksum"` // base64 MD5 of the document
	} `json:"schema"`
	ProductType        string `json:"productType"`
	ProductTypeVersion struct {
		Version string `json:"version"`
	} `json:"productTypeVersion"`
}

// Define fetches the definition of a product type for the account's marketplace, with the requirements of a whole
// listing. Without a seller id the answer is the same for all sellers, so all accounts of the marketplace share one
// copy. Errors: Missing when the marketplace has no such type, Invalid when the document does not match its checksum
// (CHECKSUM_WRONG) or can't be used (DEFINITION_UNUSABLE).
func (c *client) Define(ctx context.Context, productType string) (listing.Definition, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	var found definitionAnswer
	answer, fault := c.call(ctx, request{
		operation: opDefinition, method: http.MethodGet, base: c.listings, path: definitionPath + url.PathEscape(productType),
		query: url.Values{"marketplaceIds": {c.account.Marketplace}, "requirements": {requirements}, "locale": {definitionLocale}},
	}, &found)
	if fault != nil {
		return listing.Definition{}, fault
	}
	if found.Schema.Link.Resource == "" || found.Schema.Checksum == "" {
		return listing.Definition{}, answer.Unreadable(opDefinition)
	}
	body, fault := c.document(ctx, found.Schema.Link.Resource)
	if fault != nil {
		fault.RequestID = answer.RequestID // the document store has no request ids: Amazon's support needs this one
		return listing.Definition{}, fault
	}
	d := listing.Definition{Type: productType, Version: found.ProductTypeVersion.Version, Checksum: producttype.Checksum(body), FetchedAt: time.Now().UTC(), Body: body}
	if d.Checksum != found.Schema.Checksum {
		f := answer.Fault(channel.Invalid, opSchema, codeChecksum)
		f.Raw = fmt.Sprintf("the document of %s has %d bytes and the checksum %s; Amazon says %s", productType, len(body), d.Checksum, found.Schema.Checksum)
		return listing.Definition{}, f
	}
	if _, err := rulesOf(&d); err != nil {
		f := answer.Fault(channel.Invalid, opSchema, codeDefinition)
		f.Raw = err.Error()[:min(len(err.Error()), channel.MaxRaw)]
		return listing.Definition{}, f
	}
	return d, nil
}

// document downloads a definition of at most 8 MB. The request has no token.
func (c *client) document(ctx context.Context, address string) ([]byte, *channel.Fault) {
	if fault := c.storage(opSchema, address); fault != nil {
		return nil, fault
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, channel.NewFault(channel.Unknown, opSchema, "the definition's URL is not one")
	}
	answer, fault := c.api.Do(ctx, opSchema, req)
	if fault != nil {
		return nil, fault
	}
	if !answer.OK() {
		return nil, storageRefused(answer, opSchema)
	}
	return answer.Body, nil
}

// Wants returns the product's own type.
func (c *client) Wants(p channel.Product) []string {
	if p.Type == "" {
		return nil
	}
	return []string{p.Type}
}

// mostCompiled limits the number of definitions kept in memory: each takes some megabytes.
const mostCompiled = 100

// compiled has the compiled definitions by checksum, shared by all accounts and batches.
var compiled = struct {
	sync.Mutex
	rules map[string]*producttype.Definition
}{rules: map[string]*producttype.Definition{}}

// rulesOf compiles a definition; it returns nil for nil.
func rulesOf(d *listing.Definition) (*producttype.Definition, error) {
	if d == nil {
		return nil, nil
	}
	compiled.Lock()
	defer compiled.Unlock()
	if rules, ok := compiled.rules[d.Checksum]; ok {
		return rules, nil
	}
	rules, err := producttype.Compile(d.Body)
	if err != nil {
		return nil, err
	}
	if len(compiled.rules) >= mostCompiled {
		clear(compiled.rules)
	}
	compiled.rules[d.Checksum] = rules
	return rules, nil
}
