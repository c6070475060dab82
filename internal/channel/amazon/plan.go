package amazon

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

// The operations of a plan.
const (
	planPut   = "put"   // Amazon has no such item
	planPatch = "patch" // the item exists and keeps what the patch does not name
)

// plan is the planned change of one SKU. A patch names only the attributes that differ; their values are computed
// again when it is sent. Attributes that have one value only are merged, so that what others set in the same value (a
// sale price in the offer) stays; lists are replaced.
type plan struct {
	Op      string   `json:"op"`
	Merge   []string `json:"merge,omitempty"`
	Replace []string `json:"replace,omitempty"`
	Delete  []string `json:"delete,omitempty"`
}

func (p plan) String() string {
	text, _ := json.Marshal(p) // texts only
	return string(text)
}

// parsePlan parses what String returns.
func parsePlan(text string) (p plan, err error) {
	if len(text) > listing.MaxPlan {
		return p, fmt.Errorf("the plan has %d bytes, more than %d", len(text), listing.MaxPlan)
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, fmt.Errorf("read the plan: %w", err)
	}
	if p.Op != planPut && p.Op != planPatch {
		return p, fmt.Errorf("the plan's operation %q is unknown", p.Op)
	}
	return p, nil
}

// changes returns the plan that turns Amazon's item into the wanted one; ok is false when nothing differs. It never
// contains the quantity, which SetLevels sets: naming who ships could take the listing out of Amazon's fulfilment.
func (c *client) changes(rules *producttype.Definition, wanted producttype.Attributes, there wireListing) (p plan, ok bool) {
	p.Op = planPatch
	for _, name := range rules.Attributes() {
		ours, ok := wanted[name].([]any)
		if !ok || name == availabilityName || c.sameValues(ours, there.Attributes[name]) {
			continue
		}
		if shape, _ := rules.Attribute(name); shape.Most == 1 {
			p.Merge = append(p.Merge, name)
		} else {
			p.Replace = append(p.Replace, name)
		}
	}
	p.Delete = goneImages(wanted, there)
	return p, len(p.Merge)+len(p.Replace)+len(p.Delete) > 0
}

// goneImages returns the attributes of our old images that are no longer wanted: images on a host of the wanted ones,
// in image slots that are not used any more.
func goneImages(wanted producttype.Attributes, there wireListing) (gone []string) {
	hosts := map[string]bool{}
	for name, values := range wanted {
		if isImage(name) {
			hosts[hostOf(values)] = true
		}
	}
	for name, text := range there.Attributes {
		var values any
		if !isImage(name) || wanted[name] != nil || json.Unmarshal(text, &values) != nil {
			continue
		}
		if host := hostOf(values); host != "" && hosts[host] {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	return gone
}

func isImage(attribute string) bool {
	return strings.HasPrefix(attribute, "other_product_image_locator_") || attribute == mainImage
}

const (
	mainImage        = "main_product_image_locator"
	availabilityName = "fulfillment_availability"
)

// hostOf returns the host of an image's first URL.
func hostOf(values any) string {
	list, _ := values.([]any)
	for _, value := range list {
		entry, _ := value.(map[string]any)
		location, _ := entry["media_location"].(string)
		if u, err := url.Parse(location); err == nil {
			return strings.ToLower(u.Host)
		}
	}
	return ""
}

// patchesOf returns the patches of a plan with the values wanted now. An attribute that is no longer wanted since the
// plan was made is left unchanged.
func (c *client) patchesOf(p plan, wanted producttype.Attributes) (patches []patchOp) {
	for _, part := range []struct {
		op    string
		names []string
	}{{"merge", p.Merge}, {"replace", p.Replace}} {
		for _, name := range part.names {
			if values := wanted[name]; values != nil && name != availabilityName {
				patches = append(patches, patchOp{Op: part.op, Path: attributesPath + name, Value: values})
			}
		}
	}
	for _, name := range p.Delete {
		if wanted[name] == nil {
			patches = append(patches, patchOp{Op: "delete", Path: attributesPath + name, Value: []any{map[string]any{"marketplace_id": c.account.Marketplace}}})
		}
	}
	return patches
}

const attributesPath = "/attributes/"

// sameValues reports whether an attribute has exactly these values in the account's marketplace and language.
func (c *client) sameValues(ours []any, there json.RawMessage) bool {
	var theirs, wanted []any
	text, err := json.Marshal(ours)
	if err != nil || json.Unmarshal(text, &wanted) != nil || len(there) == 0 || json.Unmarshal(there, &theirs) != nil {
		return false
	}
	languages := map[any]bool{}
	for _, value := range wanted {
		if entry, ok := value.(map[string]any); ok && entry["language_tag"] != nil {
			languages[entry["language_tag"]] = true
		}
	}
	theirs = slices.DeleteFunc(theirs, func(value any) bool {
		entry, _ := value.(map[string]any)
		place, named := entry["marketplace_id"]
		language := entry["language_tag"]
		return named && place != c.account.Marketplace || language != nil && len(languages) > 0 && !languages[language]
	})
	return within(wanted, theirs)
}

// within reports whether a JSON value contains another: lists of the same length, objects with at least the same
// fields.
func within(wanted, there any) bool {
	switch wanted := wanted.(type) {
	case []any:
		list, ok := there.([]any)
		return ok && len(list) == len(wanted) && !slices.ContainsFunc(wanted, func(w any) bool {
			return !slices.ContainsFunc(list, func(t any) bool { return within(w, t) })
		})
	case map[string]any:
		object, ok := there.(map[string]any)
		if !ok {
			return false
		}
		for name, value := range wanted {
			if !within(value, object[name]) {
				return false
			}
		}
		return true
	}
	return wanted == there
}

// listedOf returns an item's attributes in the form of the rules.
func listedOf(there wireListing) producttype.Attributes {
	all := make(producttype.Attributes, len(there.Attributes))
	for name, text := range there.Attributes {
		d := json.NewDecoder(strings.NewReader(string(text)))
		d.UseNumber()
		var value any
		if d.Decode(&value) == nil {
			all[name] = value
		}
	}
	return all
}

var _ channel.Lister = (*client)(nil)

// Sends reports false for a SKU without a plan, which needs no change; a patch is sent without a quantity.
func (c *client) Sends(text string) (sent, level bool) {
	if text == "" {
		return false, false
	}
	p, err := parsePlan(text)
	return true, err != nil || p.Op != planPatch
}
