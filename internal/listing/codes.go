package listing

// Codes of issues that our own checks find. They mean the same on all channels, and each has a remedy.
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
	CodeDefinitionMissing     = "definition-missing" // the channel gave none for the type
	CodeTypeMissing           = "type-missing"       // of goods that have no type on the account
	CodeHandleTaken           = "handle-taken"       // the shop has another product of that handle
	CodeCollectionMissing     = "collection-missing"
	CodeCollectionByRule      = "collection-by-rule" // a warning: its rules decide
	CodeNotPermitted          = "not-permitted"      // the account's settings forbid it
)
