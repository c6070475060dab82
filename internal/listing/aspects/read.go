package aspects

import "encoding/json"

// aspectMetadata is the answer of getItemAspectsForCategory (commerce_taxonomy_v1).
type aspectMetadata struct {
	Aspects []struct {
		Name       string `json:"localizedAspectName"`
		Constraint struct {
			Type       string `json:"aspectDataType"`
			Varies     bool   `json:"aspectEnabledForVariations"`
			Format     string `json:"aspectFormat"`
			MaxLength  int    `json:"aspectMaxLength"`
			Mode       string `json:"aspectMode"`
			Required   bool   `json:"aspectRequired"`
			Usage      string `json:"aspectUsage"`
			ManyOrOnly string `json:"itemToAspectCardinality"`
		} `json:"aspectConstraint"`
		Values []struct {
			Text        string `json:"localizedValue"`
			Constraints []struct {
				Aspect string   `json:"applicableForLocalizedAspectName"`
				Values []string `json:"applicableForLocalizedAspectValues"`
			} `json:"valueConstraints"`
		} `json:"aspectValues"`
	} `json:"aspects"`
}

// readAspects reads eBay's answer; none (204) is a category without aspects.
func (c *Category) readAspects(raw json.RawMessage) error {
	if len(raw) == 0 {
		return nil
	}
	var read aspectMetadata
	if err := json.Unmarshal(raw, &read); err != nil {
		return err
	}
	for _, from := range read.Aspects {
		key := fold(from.Name)
		if _, twice := c.byName[key]; twice || key == "" {
			continue
		}
		k := from.Constraint
		a := Aspect{
			Name: from.Name, Required: k.Required, Recommended: k.Usage == "RECOMMENDED", Closed: k.Mode == "SELECTION_ONLY",
			Many: k.ManyOrOnly == "MULTI", Varies: k.Varies, Type: k.Type, Format: k.Format, MaxLength: max(k.MaxLength, 0),
			byValue: make(map[string]int, len(from.Values)),
		}
		for _, v := range from.Values {
			value := Value{Text: v.Text}
			for _, on := range v.Constraints {
				value.Controls = append(value.Controls, Control{on.Aspect, on.Values})
			}
			if key := foldValue(v.Text); key != "" {
				a.byValue[key] = len(a.Values)
				a.Values = append(a.Values, value)
			}
		}
		a.Closed = a.Closed && len(a.Values) > 0 // an empty closed list would allow nothing
		c.byName[key] = len(c.Aspects)
		c.Aspects = append(c.Aspects, a)
	}
	return nil
}

// conditionPolicies is the answer of getItemConditionPolicies (sell_metadata_v1). It may contain parent categories
// too.
type conditionPolicies struct {
	Policies []struct {
		Category   string `json:"categoryId"`
		Required   bool   `json:"itemConditionRequired"`
		Conditions []struct {
			ID string `json:"conditionId"`
		} `json:"itemConditions"`
	} `json:"itemConditionPolicies"`
}

// readConditions reads eBay's answer; after none (204) the conditions are not known.
func (c *Category) readConditions(raw json.RawMessage) error {
	if len(raw) == 0 {
		return nil
	}
	var read conditionPolicies
	if err := json.Unmarshal(raw, &read); err != nil {
		return err
	}
	for _, p := range read.Policies {
		if p.Category != c.ID {
			continue
		}
		c.ConditionRequired = p.Required
		for _, one := range p.Conditions {
			if word, known := conditionOfID[one.ID]; known {
				c.Conditions = append(c.Conditions, word)
			}
		}
	}
	return nil
}

// conditionOfID maps ids of the Metadata API to conditions of the Inventory API (ConditionEnum). Source: the Selling
// Integration Guide, "Item condition ID and name values".
var conditionOfID = map[string]string{
	"1000": "NEW", "1500": "NEW_OTHER", "1750": "NEW_WITH_DEFECTS", "2000": "CERTIFIED_REFURBISHED",
	"2010": "EXCELLENT_REFURBISHED", "2020": "VERY_GOOD_REFURBISHED", "2030": "GOOD_REFURBISHED", "2500": "SELLER_REFURBISHED",
	"2750": "LIKE_NEW", "2990": "PRE_OWNED_EXCELLENT", "3000": "USED_EXCELLENT", "3010": "PRE_OWNED_FAIR",
	"4000": "USED_VERY_GOOD", "5000": "USED_GOOD", "6000": "USED_ACCEPTABLE", "7000": "FOR_PARTS_OR_NOT_WORKING",
}
