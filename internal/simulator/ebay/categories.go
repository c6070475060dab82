package ebay

import (
	_ "embed"
	"encoding/json"
	"slices"
)

// categoryFile is the category tree: small, ours, and in eBay's form. The numbers and what the categories require are made up after
// eBay's for a shop of household goods; a real category has more aspects and longer lists.
//
//go:embed categories.json
var categoryFile []byte

type tree struct {
	ID         string     `json:"categoryTreeId"`
	Version    string     `json:"categoryTreeVersion"`
	Categories []category `json:"categories"`
}

// category is a node of the tree. Only leaves have aspects and conditions.
type category struct {
	ID         string            `json:"categoryId"`
	Name       string            `json:"categoryName"`
	Parent     string            `json:"parent"`
	Conditions []itemCondition   `json:"itemConditions"`
	Raw        []json.RawMessage `json:"aspects"` // as the Taxonomy API returns them

	aspects []aspect
}

type itemCondition struct {
	ID          string `json:"conditionId"`
	Description string `json:"conditionDescription"`
}

// aspect has the rules that the marketplace enforces for an item specific.
type aspect struct {
	Name       string     `json:"localizedAspectName"`
	Constraint constraint `json:"aspectConstraint"`
	Values     []struct {
		Text        string `json:"localizedValue"`
		Constraints []struct {
			Aspect string   `json:"applicableForLocalizedAspectName"`
			Values []string `json:"applicableForLocalizedAspectValues"`
		} `json:"valueConstraints"`
	} `json:"aspectValues"`
}

type constraint struct {
	Type        string `json:"aspectDataType"`
	Format      string `json:"aspectFormat"`
	Cardinality string `json:"itemToAspectCardinality"`
	Mode        string `json:"aspectMode"`
	Required    bool   `json:"aspectRequired"`
	Variations  bool   `json:"aspectEnabledForVariations"`
	MaxLength   int    `json:"aspectMaxLength"` // in characters; 0 = not given
}

// categories is the category tree.
var categories = readTree(categoryFile)

// readTree reads the tree. It panics if the embedded file can't be read.
func readTree(file []byte) tree {
	var t tree
	if err := json.Unmarshal(file, &t); err != nil {
		panic("categories.json: " + err.Error())
	}
	for i, c := range t.Categories {
		for _, raw := range c.Raw {
			var a aspect
			if err := json.Unmarshal(raw, &a); err != nil {
				panic("categories.json, " + c.ID + ": " + err.Error())
			}
			t.Categories[i].aspects = append(t.Categories[i].aspects, a)
		}
	}
	return t
}

// find returns a category; leaf reports whether goods can be listed in it.
func (t tree) find(id string) (c category, leaf, found bool) {
	i := slices.IndexFunc(t.Categories, func(c category) bool { return c.ID == id })
	if i < 0 {
		return category{}, false, false
	}
	return t.Categories[i], len(t.Categories[i].aspects) > 0, true
}

// CategoryIDs returns the ids of the leaf categories by name.
func CategoryIDs() map[string]string {
	ids := map[string]string{}
	for _, c := range categories.Categories {
		if len(c.aspects) > 0 {
			ids[c.Name] = c.ID
		}
	}
	return ids
}
