// Package producttype knows what Amazon says that goods of a product type must be: it reads Amazon's product type definitions, judges
// attributes by them, and writes attributes as they want them. It is pure: it fetches nothing.
//
// A definition is a JSON Schema of 2019-09 with keywords of Amazon's own, one per product type, marketplace and requirements set
// (developer-docs.amazon.com/sp-api/docs/product-type-definition-meta-schema). Nothing about a product type stands in this code: shape,
// languages, required and forbidden attributes, closed lists and variation themes are read from the definition that is given.
//
// The keywords of Amazon's that occur in real definitions, and what becomes of each:
//
//	selectors                      the fields that tell values of an attribute apart (marketplace, language, currency)
//	minUniqueItems, maxUniqueItems enforced: how many values there may be for each combination of the selectors' values
//	minUtf8ByteLength, maxUtf8...  enforced: bytes of the text in UTF-8, beside minLength and maxLength, which count characters
//	editable                       enforced on the difference to what is listed: false = what is listed can't be changed
//	$lifecycle.enumDeprecated      warned of: values that are taken still and should not be used any more
//	enumNames                      the words of the closed values, in the enum's order; used to read a merchant's words and in sentences
//	hidden                         kept: false = Amazon shows it to sellers; a hidden one is never listed as a need
//
// The document of Amazon's meta-schema, which the definitions name as their $schema and which has no address on the network, could not be
// had. What stands in for it here is our own: 2019-09 with a vocabulary that says which form the keywords above have.
//
// Formats are asserted: without that every right date is refused, since dates are oneOf [date, date-time] and both would match.
package producttype
