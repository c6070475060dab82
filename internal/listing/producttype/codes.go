package producttype

// The codes of our own issues; each has a remedy. They mean the same on all channels.
const (
	AttributeMissing   = "attribute-missing"
	AttributeUnknown   = "attribute-unknown"
	AttributeForbidden = "attribute-forbidden"
	ValueNotAllowed    = "value-not-allowed"
	ValueTooLong       = "value-too-long"
	ValueTooShort      = "value-too-short"
	TooManyValues      = "too-many-values"
	WrongType          = "wrong-type"
	WrongFormat        = "wrong-format"
	NotEditable        = "not-editable"
	DeprecatedValue    = "deprecated-value"
	PriceMissing       = "price-missing"
	CurrencyWrong      = "currency-wrong"
	IdentifierMissing  = "identifier-missing"
	IdentifierWrong    = "identifier-wrong"
	OptionsWrong       = "options-wrong"
	VariantsAlike      = "variants-alike"
	HTMLNotAllowed     = "html-not-allowed"
	ImageWrong         = "image-wrong"
)
