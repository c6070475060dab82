package ebay

import (
	"net/http"
	"strings"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/wire"
)

type baseTree struct {
	ID      string `json:"categoryTreeId"`
	Version string `json:"categoryTreeVersion"`
}

type aspectMetadata struct {
	Aspects any `json:"aspects"`
}

// defaultTree serves getDefaultCategoryTreeId. The marketplace is one of eBay's sites and has no other.
func (s *server) defaultTree(w http.ResponseWriter, r *http.Request) {
	switch site := r.URL.Query().Get("marketplace_id"); site {
	case s.marketplace():
		wire.WriteJSON(w, http.StatusOK, baseTree{categories.ID, categories.Version})
	case "":
		refuse(w, http.StatusBadRequest, errNoSite)
	default:
		refuse(w, http.StatusBadRequest, errSite.with("marketplace_id", site))
	}
}

// itemAspects serves getItemAspectsForCategory.
func (s *server) itemAspects(w http.ResponseWriter, r *http.Request) {
	if s.options.Injector.Strikes(faults.NoDefinition, opAspects) {
		refuse(w, http.StatusInternalServerError, errTaxonomySystem)
		return
	}
	id := r.URL.Query().Get("category_id")
	c, leaf, found := categories.find(id)
	switch {
	case r.PathValue("tree") != categories.ID:
		refuse(w, http.StatusBadRequest, errTree.with("category_tree_id", r.PathValue("tree")))
	case id == "":
		refuse(w, http.StatusBadRequest, errNoCategoryID)
	case !found:
		refuse(w, http.StatusBadRequest, errCategoryID.with("category_id", id))
	case !leaf:
		refuse(w, http.StatusBadRequest, errNoLeaf.with("category_id", id))
	default:
		wire.WriteJSON(w, http.StatusOK, aspectMetadata{c.Raw})
	}
}

type conditionPolicies struct {
	Policies []conditionPolicy `json:"itemConditionPolicies"`
	Warnings []apiError        `json:"warnings,omitempty"`
}

type conditionPolicy struct {
	Tree       string          `json:"categoryTreeId"`
	Category   string          `json:"categoryId"`
	Required   bool            `json:"itemConditionRequired"`
	Conditions []itemCondition `json:"itemConditions"`
}

// conditions serves getItemConditionPolicies; without a filter it returns every category.
func (s *server) conditions(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("site") != s.marketplace() {
		refuse(w, http.StatusBadRequest, errMetadataSite)
		return
	}
	answer := conditionPolicies{Policies: []conditionPolicy{}}
	var wanted []string
	if filter := r.URL.Query().Get("filter"); filter != "" {
		inner, ok := strings.CutPrefix(filter, "categoryIds:{")
		list, closed := strings.CutSuffix(inner, "}")
		if !ok || !closed || list == "" {
			answer.Warnings = append(answer.Warnings, errMetadataFilter)
			wire.WriteJSON(w, http.StatusOK, answer)
			return
		}
		wanted = strings.Split(list, "|")
	}
	for _, c := range categories.Categories {
		if len(c.aspects) > 0 && (wanted == nil || beneath(c, wanted)) {
			answer.Policies = append(answer.Policies, conditionPolicy{categories.ID, c.ID, true, c.Conditions})
		}
	}
	for _, id := range wanted {
		if _, _, found := categories.find(id); !found {
			answer.Warnings = append(answer.Warnings, errMetadataCategory.with("categoryId", id))
		}
	}
	wire.WriteJSON(w, http.StatusOK, answer)
}

// beneath reports whether a category is one of ids or below one.
func beneath(c category, ids []string) bool {
	for {
		for _, id := range ids {
			if c.ID == id {
				return true
			}
		}
		parent, _, found := categories.find(c.Parent)
		if !found {
			return false
		}
		c = parent
	}
}
