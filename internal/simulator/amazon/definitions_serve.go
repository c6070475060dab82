package amazon

import (
	"net/http"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/listing/producttype"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/wire"
)

const (
	opDefinition     = "getDefinitionsProductType"
	definitionPrefix = "definition-"
)

// searchTypes returns the types with embedded definitions; with keywords, those whose names contain one of them.
func (s *server) searchTypes(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !slices.Contains(list(q, "marketplaceIds"), s.options.Marketplace) {
		invalid(w, "marketplaceIds is missing or names no marketplace of the seller")
		return
	}
	found := []map[string]any{}
	for _, name := range ownTypes() {
		keywords := list(q, "keywords")
		fits := func(word string) bool { return strings.Contains(name, strings.ToUpper(word)) }
		if len(keywords) == 0 || slices.ContainsFunc(keywords, fits) {
			found = append(found, map[string]any{"name": name, "displayName": name, "marketplaceIds": []string{s.options.Marketplace}})
		}
	}
	wire.WriteJSON(w, http.StatusOK, map[string]any{"productTypes": found, "productTypeVersion": "LATEST"})
}

// getDefinition returns the URL of a type's definition. A handler fault returns a wrong checksum.
func (s *server) getDefinition(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !slices.Contains(list(q, "marketplaceIds"), s.options.Marketplace) {
		invalid(w, "marketplaceIds is missing or names no marketplace of the seller")
		return
	}
	if requirements := q.Get("requirements"); requirements != "" && requirements != "LISTING" {
		invalid(w, "this marketplace has the requirements LISTING only")
		return
	}
	d, err := s.library.find(r.PathValue("productType"))
	if err != nil {
		s.failed(w, "read a definition", err)
		return
	}
	if d == nil {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "No product type definition was found for "+r.PathValue("productType")+" in marketplace "+s.options.Marketplace)
		return
	}
	checksum, version := d.Checksum, "V-"+d.Checksum
	if s.options.Injector.Strikes(faults.WrongChecksum, opDefinition) {
		checksum = producttype.Checksum([]byte("another document"))
	}
	wire.WriteJSON(w, http.StatusOK, map[string]any{
		"schema": map[string]any{
			"link": map[string]string{"resource": s.presigned(r, http.MethodGet, definitionPrefix+d.Type), "verb": http.MethodGet}, "checksum": checksum,
		},
		"requirements": "LISTING", "requirementsEnforced": "ENFORCED", "propertyGroups": map[string]any{},
		"locale": "en_GB", "marketplaceIds": []string{s.options.Marketplace}, "productType": d.Type, "displayName": d.Type,
		"productTypeVersion": map[string]any{"version": version, "latest": true, "releaseCandidate": false},
	})
}

// definitionDocument serves a definition from the document store.
func (s *server) definitionDocument(w http.ResponseWriter, productType string) {
	d, err := s.library.find(productType)
	if err != nil || d == nil || s.options.Injector.Strikes(faults.NoDefinition, opDefinition) {
		http.Error(w, "<Error><Code>NoSuchKey</Code></Error>", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/schema+json")
	_, _ = w.Write(d.Body)
}
