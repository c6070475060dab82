package listing

import "time"

// Stage is the check that an issue came from: Towpath's own or the channel's.
type Stage string

// The stages.
const (
	Validation Stage = "validation" // ours, before anything is sent
	Response   Stage = "response"   // the channel's
)

// Severity is the effect of an issue on its item.
type Severity string

// The severities: an item with an error is not listed as wanted, one with a warning is.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Issue is one actual or possible problem of an item, in words that help an operator.
type Issue struct {
	Stage      Stage    `json:"stage"`
	Severity   Severity `json:"severity"`
	Code       string   `json:"code"`                 // Towpath's, e.g. attribute-missing; or the channel's
	Pointer    string   `json:"pointer,omitempty"`    // JSON pointer into what is sent: /attributes/item_name/0/value
	Attributes []string `json:"attributes,omitempty"` // the channel's names of the attributes concerned
	Message    string   `json:"message"`              // what is wrong, one sentence
	Want       string   `json:"want,omitempty"`       // what would be right
	RequestID  string   `json:"requestId,omitempty"`  // of the channel's answer
}

// Failed reports whether one of the issues is an error.
func Failed(issues []Issue) bool {
	for _, i := range issues {
		if i.Severity == Error {
			return true
		}
	}
	return false
}

// Step is the progress of an item of a publication.
type Step string

// The steps, in their order.
const (
	Selected  Step = ""          // it is in the run
	Validated Step = "validated" // it passed Towpath's own check
	Submitted Step = "submitted" // sent; no answer from the channel yet
	Accepted  Step = "accepted"  // the channel accepted it
	Listed    Step = "listed"    // it exists, but nobody can buy it: sold out or on hold
	Live      Step = "live"      // buyers can buy it
)

// After reports whether a step is later than another.
func (s Step) After(other Step) bool { return stepOrder[s] > stepOrder[other] }

var stepOrder = map[Step]int{Selected: 0, Validated: 1, Submitted: 2, Accepted: 3, Listed: 4, Live: 5}

// WaitsFor returns what a pending item waits for, as text for operators. unanswered is how many submissions of its run the channel
// has not answered.
func (s Step) WaitsFor(unanswered int) string {
	switch {
	case s == Selected:
		return "Towpath's own check"
	case s == Validated:
		return "their turn to be sent"
	case unanswered > 0:
		return "the channel's answer to what was sent"
	}
	return "the channel's answer"
}

// Unanswered returns how many of a run's unanswered submissions concern a pending item: only what was sent waits for answers.
func (s Step) Unanswered(submissions int) int {
	if s != Submitted {
		return 0
	}
	return submissions
}

// Kind is the kind of an item: a category, a product or a variant.
type Kind string

// The kinds of items.
const (
	KindCategory Kind = "category"
	KindProduct  Kind = "product"
	KindVariant  Kind = "variant"
)

// Selection selects the goods of a publication. Its lists are alternatives; the zero value selects all goods that the
// account sells or may sell.
type Selection struct {
	SKUs       []string `json:"skus,omitempty"`
	Products   []string `json:"products,omitempty"`   // keys
	Categories []string `json:"categories,omitempty"` // paths, each with all below it
	Changed    bool     `json:"changed,omitempty"`    // goods changed in the catalogue since they were last accepted on the account's endpoint
	Errors     bool     `json:"errors,omitempty"`     // goods whose last run on the account and endpoint ended in error
}

// Draft is a checked product, ready to send to a channel.
type Draft struct {
	Product Product
	// Plans are the decisions of the channel's adapter by SKU (also the parent's, which is the product's key): opaque
	// outside the adapter, safe to store, at most MaxPlan bytes each.
	Plans map[string]string
}

// MaxPlan limits a plan, in bytes.
const MaxPlan = 4096

// Checked is what the local check says of a product. Nothing of it was sent.
type Checked struct {
	Issues map[string][]Issue // by SKU; issues of the whole product under its key: then no variant is sent
	Plans  map[string]string  // see Draft
	Same   map[string]bool    // SKUs whose listing needs no change: nothing is sent
}

// TypeSettings are an account's type for a category of the merchant's goods and values for what the catalogue does
// not contain.
type TypeSettings struct {
	Category string              `json:"category"`         // a path of the catalogue, with all below it; empty: every other one
	Type     string              `json:"type"`             // the channel's: Amazon product type, eBay category id, Shopify product type
	Values   map[string][]string `json:"values,omitempty"` // attributes by the channel's name; the catalogue's own have priority
}

// Need is an attribute that a type requires and some goods lack.
type Need struct {
	Type      string   `json:"type"`
	Attribute string   `json:"attribute"`        // the channel's name
	Title     string   `json:"title,omitempty"`  // as the channel shows it to sellers
	Values    []string `json:"values,omitempty"` // a closed list: the right answer is one of these; at most 20 of them
	Want      string   `json:"want,omitempty"`   // what would be right, as the check says it
	Products  int      `json:"products"`         // that lack it
	Example   string   `json:"example"`          // one of their SKUs
}

// Definition is a channel's description of what goods of a type require, as the channel served it.
type Definition struct {
	Type      string    `json:"type"`     // empty = for the whole account (Shopify's shop, eBay's policies)
	Version   string    `json:"version"`  // the channel's, or the checksum where it has none
	Checksum  string    `json:"checksum"` // of Body: base64 of its MD5, as Amazon gives it
	FetchedAt time.Time `json:"fetchedAt"`
	Body      []byte    `json:"-"`
}

// Codes of issues that Towpath's own checks find. They mean the same on all channels, and each has a remedy.
const (
	CodeAttributeMissing      = "attribute-missing"
	CodeAttributeUnknown      = "attribute-unknown"
	CodeAttributeForbidden    = "attribute-forbidden"
	CodeAttributesRecommended = "attributes-recommended" // an info: how many recommended ones have no value
	CodeValueNotAllowed       = "value-not-allowed"
	CodeValueTooLong          = "value-too-long"
	CodeValueTooShort         = "value-too-short"
	CodeTooManyValues         = "too-many-values"
	CodeWrongType             = "wrong-type"
	CodeWrongFormat           = "wrong-format"
	CodeNotEditable           = "not-editable"     // the listing has another value that can't be changed
	CodeDeprecatedValue       = "deprecated-value" // a warning: the channel will drop it
	CodeHTMLNotAllowed        = "html-not-allowed" // where it is taken out, a warning
	CodePriceMissing          = "price-missing"
	CodeCurrencyWrong         = "currency-wrong"
	CodeIdentifierMissing     = "identifier-missing"
	CodeIdentifierWrong       = "identifier-wrong"
	CodeVariantsAlike         = "variants-alike"
	CodeOptionsWrong          = "options-wrong"
	CodeTooManyVariants       = "too-many-variants"
	CodeSKUWrong              = "sku-wrong"
	CodeSKUElsewhere          = "sku-elsewhere" // another product of the shop has it
	CodeImageMissing          = "image-missing"
	CodeImageWrong            = "image-wrong"
	CodeConditionWrong        = "condition-wrong"
	CodeSettingsMissing       = "settings-missing"
	CodeSettingsWrong         = "settings-wrong"     // the seller has no such policy or location
	CodeDefinitionMissing     = "definition-missing" // the channel has none for the type
	CodeTypeMissing           = "type-missing"       // of goods that have no type on the account
	CodeHandleInUse           = "handle-taken"       // the shop has another product of that handle
	CodeCollectionMissing     = "collection-missing"
	CodeCollectionByRule      = "collection-by-rule" // a warning: its rules decide
	CodeNotPermitted          = "not-permitted"      // the account's settings forbid it
)

// Words returns the name of the check that an error came from, as screens show it: "error validation", or with the
// name of the channel "error Amazon response".
func (s Stage) Words(channel string) string {
	if s == Response {
		return "error " + channel + " response"
	}
	return "error validation"
}
