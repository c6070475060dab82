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
	planPatch = "patch" // it has one, which keeps all that is not named
)

// plan is what is to be done with one SKU. Of a patch it says which attributes differ, by name: what they are to be is written anew
// when it is sent. Attributes that may have one value only are merged, so that what others have said in the same value (a sale price in
// the offer) stays; lists are replaced.
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

// parsePlan reads what String wrote.
func parsePlan(text string) (p plan, err error) {
	if len(text) > listing.MaxPlan {
		return p, fmt.Errorf("the plan has %d bytes, more than %d", len(text), listing.MaxPlan)
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, fmt.Errorf("read the plan: %w", err)
	}
	if p.Op != planPut && p.Op != planPatch {
		return p, fmt.Errorf("the plan's operation %q is none of Amazon's", p.Op)
	}
	return p, nil
}

// changes is the plan that makes an item of Amazon's what is wanted; ok = false: it is so already. The quantity is never part of it: that
// is the levels' matter, and saying who ships could take a listing out of Amazon's hands.
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

// goneImages are the attributes of images that were ours and are not wanted any more: those on a host that images of ours are on, in
// places that ours don't take.
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

// hostOf is where an image's first address points to.
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

// patchesOf are the operations of a plan, with the values that are wanted now. What is not wanted any more since the plan was made is
// left alone.
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

// sameValues tells whether an attribute has these values in the account's marketplace and their language, and no others.
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

// within tells whether a JSON value holds all of another: the same number of entries in its lists, and at least the same
// fields in its objects.
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

// listedOf are an item's attributes as the rules read them.
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

// Sends tells that a SKU without a plan is listed as it is wanted, and that a patch has no quantity.
func (c *client) Sends(text string) (sent, level bool) {
	if text == "" {
		return false, false
	}
	p, err := parsePlan(text)
	return true, err != nil || p.Op != planPatch
}
