package shopify

import "github.com/towpath/towpath/internal/channel"

// classes are the classes of the codes of top-level errors. Shopify publishes no list: these are from its developer
// documentation, from answers that integrators reported, and from the checks that GraphQL Ruby, its server's library,
// makes of a document before it runs it; most of the last were never seen in an answer.
var classes = map[string]channel.Class{
	"THROTTLED":             channel.Throttled,
	"MAX_COST_EXCEEDED":     channel.Throttled, // the next attempt asks for a smaller page
	"INTERNAL_SERVER_ERROR": channel.Unavailable,
	"TIMEOUT":               channel.Unavailable,
	"UNAUTHORIZED":          channel.Auth,
	"ACCESS_DENIED":         channel.Config, // the app lacks a scope
	"SHOP_INACTIVE":         channel.Config, // the shop is closed
	"RESOURCE_NOT_FOUND":    channel.Missing,
	"NOT_FOUND":             channel.Missing,

	// The variables' values.
	"INVALID_PRODUCT_TAXONOMY_NODE_ID": channel.Invalid,
	"MAX_INPUT_SIZE_EXCEEDED":          channel.Invalid, // a list of more than 250
	"BAD_REQUEST":                      channel.Invalid,
	"INVALID_VARIABLE":                 channel.Invalid,
	"INVALID_FIELD_ARGUMENTS":          channel.Invalid,

	// The document: the same one is refused again.
	"PARSE_ERROR":                          channel.Invalid,
	"anonymousFragment":                    channel.Invalid,
	"argumentLiteralsIncompatible":         channel.Invalid,
	"argumentNotAccepted":                  channel.Invalid,
	"argumentNotUnique":                    channel.Invalid,
	"cannotSpreadFragment":                 channel.Invalid,
	"defaultValueInvalidOnNonNullVariable": channel.Invalid,
	"defaultValueInvalidType":              channel.Invalid,
	"directiveCannotBeApplied":             channel.Invalid,
	"directiveNotUniqueForLocation":        channel.Invalid,
	"fieldConflict":                        channel.Invalid,
	"fragmentNotUnique":                    channel.Invalid,
	"fragmentOnNonCompositeType":           channel.Invalid,
	"infiniteLoop":                         channel.Invalid,
	"inputFieldNotUnique":                  channel.Invalid,
	"invalidOneOfInputObject":              channel.Invalid,
	"missingMutationConfiguration":         channel.Invalid,
	"missingQueryConfiguration":            channel.Invalid,
	"missingRequiredArguments":             channel.Invalid,
	"missingRequiredInputObjectAttribute":  channel.Invalid,
	"queryContainsSchemaDefinitions":       channel.Invalid,
	"selectionMismatch":                    channel.Invalid,
	"undefinedDirective":                   channel.Invalid,
	"undefinedField":                       channel.Invalid,
	"undefinedType":                        channel.Invalid,
	"uniquelyNamedOperations":              channel.Invalid,
	"useAndDefineFragment":                 channel.Invalid,
	"variableMismatch":                     channel.Invalid,
	"variableNotDefined":                   channel.Invalid,
	"variableNotUnique":                    channel.Invalid,
	"variableNotUsed":                      channel.Invalid,
	"variableRequiresValidType":            channel.Invalid,
}

// classOfCode returns the class of a top-level error's code.
func classOfCode(code string) channel.Class {
	if class, known := classes[code]; known {
		return class
	}
	return channel.Unknown
}
