package ebay

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// conditionIDs maps conditions of the Inventory API to ids of the Metadata API. Source: eBay's "Item condition ID and
// name values".
var conditionIDs = map[string]string{
	"NEW": "1000", "NEW_OTHER": "1500", "NEW_WITH_DEFECTS": "1750", "CERTIFIED_REFURBISHED": "2000", "EXCELLENT_REFURBISHED": "2010",
	"VERY_GOOD_REFURBISHED": "2020", "GOOD_REFURBISHED": "2030", "SELLER_REFURBISHED": "2500", "LIKE_NEW": "2750",
	"PRE_OWNED_EXCELLENT": "2990", "USED_EXCELLENT": "3000", "PRE_OWNED_FAIR": "3010", "USED_VERY_GOOD": "4000", "USED_GOOD": "5000",
	"USED_ACCEPTABLE": "6000", "FOR_PARTS_OR_NOT_WORKING": "7000",
}

// specifics returns the errors in the item specifics and the condition of an item. In a group, the item's specifics
// are those of the group and of the item. The message for a missing specific is eBay's, as sellers report it (25002
// with the name as the third parameter); the others are invented.
func specifics(c category, sh record, group fields) (wrong []apiError) {
	have := map[string][]string{}
	for name, values := range group.values() {
		have[name] = values
	}
	for name, values := range sh.Item.within("product").values() {
		have[name] = values
	}
	if id := conditionIDs[sh.Item.text("condition")]; !slices.ContainsFunc(c.Conditions, func(i itemCondition) bool { return i.ID == id }) {
		wrong = append(wrong, errCondition.with("condition", sh.Item.text("condition")))
	}
	for _, a := range c.aspects {
		values := slices.DeleteFunc(slices.Clone(have[a.Name]), func(v string) bool { return strings.TrimSpace(v) == "" })
		if a.Constraint.Required && len(values) == 0 && len(sh.Item.within("product").list(strings.ToLower(a.Name))) == 0 {
			short := "The item specific " + a.Name + " is missing."
			long := fmt.Sprintf("%s Add %s to this listing, enter a valid value, and then try again.", short, a.Name)
			e := errUser.with("0", short).with("1", long).with("2", a.Name)
			e.Message = "A user error has occurred. " + long
			wrong = append(wrong, e)
		}
		if problem := a.problem(values, have); problem != "" {
			wrong = append(wrong, inventoryError(25002, "A user error has occurred. "+problem).with("0", problem).with("1", a.Name))
		}
	}
	return wrong
}

// problem returns what is wrong with the values of an aspect; empty when nothing is.
func (a aspect) problem(values []string, all map[string][]string) string {
	k := a.Constraint
	if len(values) > 1 && k.Cardinality == "SINGLE" {
		return "The item specific " + a.Name + " can have one value only."
	}
	for _, v := range values {
		i := -1
		for n, known := range a.Values {
			if known.Text == v {
				i = n
			}
		}
		switch {
		case k.Mode == "SELECTION_ONLY" && i < 0:
			return fmt.Sprintf("%q is no valid value of the item specific %s.", v, a.Name)
		case k.MaxLength > 0 && utf8.RuneCountInString(v) > k.MaxLength:
			return fmt.Sprintf("The value of the item specific %s is longer than %d characters.", a.Name, k.MaxLength)
		case !k.reads(v):
			return fmt.Sprintf("%q is no %s of the item specific %s.", v, strings.ToLower(k.Type), a.Name)
		case i >= 0 && !a.chosen(i, all):
			return fmt.Sprintf("%q can't be chosen for the item specific %s beside the other item specifics.", v, a.Name)
		}
	}
	return ""
}

// chosen reports whether one of eBay's values is allowed together with the others.
func (a aspect) chosen(i int, all map[string][]string) bool {
	for _, on := range a.Values[i].Constraints {
		if !slices.ContainsFunc(all[on.Aspect], func(v string) bool { return slices.Contains(on.Values, v) }) {
			return false
		}
	}
	return true
}

// reads reports whether a value has the aspect's type.
func (k constraint) reads(value string) bool {
	switch {
	case k.Type == "NUMBER" && k.Format == "int32":
		_, err := strconv.ParseInt(value, 10, 32)
		return err == nil
	case k.Type == "NUMBER":
		_, err := strconv.ParseFloat(value, 64)
		return err == nil
	case k.Type == "DATE":
		_, err := time.Parse(strings.NewReplacer("YYYY", "2006", "MM", "01", "DD", "02").Replace(k.Format), value)
		return err == nil
	}
	return true
}

// varying returns the errors in the properties in which a group's variations differ.
func varying(c category, group fields) (wrong []apiError) {
	if n := len(group.list("variantSKUs")); n > maxVariations {
		wrong = append(wrong, errGroup("The listing has more than 250 variations."))
	}
	for _, name := range variesBy(group) {
		for _, a := range c.aspects {
			if a.Name == name && !a.Constraint.Variations {
				wrong = append(wrong, errGroup("The item specific "+name+" can't be a variation specific.").with("fieldName", name))
			}
		}
		if len(group.values()[name]) > 0 { // the Trading API's 21916626
			wrong = append(wrong, errGroup("Variation specifics and item specifics entered for a multi-SKU item should be different.").with("fieldName", name))
		}
	}
	return wrong
}

// maxVariations is the greatest number of variations of a listing.
const maxVariations = 250

func errGroup(words string) apiError {
	return inventoryError(25013, "Invalid data in the Inventory Item Group. "+words)
}
