package ebay

import "github.com/towpath/towpath/internal/channel"

// classes maps error ids to classes: those of the operations used here, from the error lists of the published
// specifications, and the Trading API's codes for the same problems. A test requires each id of those lists.
var classes = map[int]channel.Class{
	25001: channel.Unavailable, // a system error has occurred
	30500: channel.Unavailable, // system error
	2001:  channel.Throttled,   // the request limit has been reached for the resource

	25025: channel.Conflict, // concurrent access of the inventory item
	32200: channel.Conflict, // the line item can't be shipped (any more)
	32210: channel.Conflict, // the line item is there twice
	34500: channel.Conflict, // the fulfillment exists

	25026: channel.Limit, // selling limits exceeded
	34100: channel.Limit, // too many tracking numbers on the order

	25701: channel.Missing, // SKUs not found
	25702: channel.Missing, // SKU not found
	25705: channel.Missing, // inventory item group not found
	25710: channel.Missing, // resource not found
	25713: channel.Missing, // offer not available
	25725: channel.Missing, // no offer found
	32100: channel.Missing, // invalid order id
	32110: channel.Missing, // invalid fulfillment id

	// The token.
	1001: channel.Auth, // invalid access token
	1002: channel.Auth, // missing access token
	1003: channel.Auth, // wrong token type for the call
	1100: channel.Auth, // insufficient permissions: the grant lacks a scope

	// To be changed in the seller's account or in how the SKU is listed.
	25007: channel.Config, // shipping policy
	25008: channel.Config, // payment policy
	25009: channel.Config, // return policy
	25011: channel.Config, // tax
	25012: channel.Config, // location
	25018: channel.Config, // the seller's account is incomplete
	25019: channel.Config, // the listing can't be revised, e.g. too often on one day
	25033: channel.Config, // a policy twice (a warning)
	25034: channel.Config, // too many policies
	25035: channel.Config, // policy not found on the site
	25036: channel.Config, // policy of another type
	25037: channel.Config, // fee ignored (a warning)
	25038: channel.Config, // the listing can't be revised: a bid, or it ends within 12 hours
	25039: channel.Config, // likewise
	25040: channel.Config, // likewise
	25041: channel.Config, // refurbished: handling time of the shipping policy
	25042: channel.Config, // refurbished: free shipping
	25043: channel.Config, // refurbished: returns
	25044: channel.Config, // refurbished: money back
	25045: channel.Config, // refurbished: time for returns
	25046: channel.Config, // refurbished: cost of returns
	25047: channel.Config, // refurbished: the seller may not
	25048: channel.Config, // refurbished: not in this category
	25049: channel.Config, // refurbished: not of this brand
	25089: channel.Config, // too many compliance policies
	25090: channel.Config, // likewise of a region
	25091: channel.Config, // likewise in all
	25092: channel.Config, // too many take-back policies
	25093: channel.Config, // likewise of a region
	25094: channel.Config, // likewise in all
	25095: channel.Config, // a policy's region
	25096: channel.Config, // the listing is on hold: policy violation (a warning)
	25097: channel.Config, // the listing is on hold, and can't be revised
	25098: channel.Config, // the parent listing is on hold
	25703: channel.Config, // the SKU is in another group
	25704: channel.Config, // the SKU is listed alone
	25718: channel.Config, // the listing can't be migrated, for a reason that only the message says
	25755: channel.Config, // an auction: so are the next
	25756: channel.Config,
	25757: channel.Config,
	25758: channel.Config,
	25759: channel.Config,
	25760: channel.Config,
	25761: channel.Config,
	25762: channel.Config,
	25763: channel.Config,
	25764: channel.Config,
	32400: channel.Config, // the user is suspended

	// Wrong data.
	25002: channel.Invalid, // any user error
	25003: channel.Invalid, // price
	25004: channel.Invalid, // quantity
	25005: channel.Invalid, // category
	25006: channel.Invalid, // listing option
	25013: channel.Invalid, // the variation group
	25014: channel.Invalid, // pictures
	25015: channel.Invalid, // picture URL
	25016: channel.Invalid, // a field
	25017: channel.Invalid, // a field is missing
	25020: channel.Invalid, // package details
	25021: channel.Invalid, // condition
	25022: channel.Invalid, // attribute
	25023: channel.Invalid, // compatibility
	25024: channel.Invalid, // best offer
	25028: channel.Invalid, // a field was dropped (a warning)
	25029: channel.Invalid, // the category requires a field
	25030: channel.Invalid, // a field was dropped for the condition (a warning)
	25031: channel.Invalid, // a number out of range
	25032: channel.Invalid, // a field
	25050: channel.Invalid, // a word in the title of a refurbished item
	25051: channel.Invalid, // likewise in the subtitle
	25052: channel.Invalid, // too few pictures of a refurbished item
	25401: channel.Invalid, // listing options were removed (a warning)
	25402: channel.Invalid, // system warning
	25501: channel.Invalid, // picture
	25502: channel.Invalid, // attribute
	25503: channel.Invalid, // product
	25504: channel.Invalid, // a warning in free text
	25601: channel.Invalid, // attribute
	25604: channel.Invalid, // input
	25706: channel.Invalid, // paging
	25707: channel.Invalid, // SKU: too long or not alphanumeric
	25708: channel.Invalid, // SKU
	25709: channel.Invalid, // a field
	25715: channel.Invalid, // dimension and weight
	25727: channel.Invalid, // too many items in a call
	25728: channel.Invalid, // an item twice in a call
	25729: channel.Invalid, // an offer twice in a call
	25730: channel.Invalid, // too many offers in a call
	25731: channel.Invalid, // an offer id twice in a call
	25732: channel.Config,  // the SKU is in a group: it can't be listed alone
	25733: channel.Invalid, // SKU or locale is missing
	25734: channel.Invalid, // a SKU twice in a call
	25735: channel.Invalid, // SKU, site or format
	25752: channel.Invalid, // start date
	25753: channel.Invalid, // start date in the past (a warning)
	25766: channel.Invalid, // take-back policy id
	25767: channel.Invalid, // compliance policy id
	30700: channel.Invalid, // filter name
	30800: channel.Invalid, // filter value
	30810: channel.Invalid, // date format
	30820: channel.Invalid, // no start date
	30830: channel.Invalid, // more than two years
	30840: channel.Invalid, // start after end
	30850: channel.Invalid, // dates in the future
	30900: channel.Invalid, // too many order ids
	31000: channel.Invalid, // offset
	31100: channel.Invalid, // limit
	32300: channel.Invalid, // tracking number or carrier
	32500: channel.Invalid, // shipped date
	32600: channel.Invalid, // input data
	32800: channel.Invalid, // field group
	34200: channel.Invalid, // global shipping and other lines together
	34300: channel.Invalid, // several global shipping lines

	// Errors of reading definitions: Taxonomy (62...), Metadata (46...), Account (20...).
	62000: channel.Unavailable, // system error
	46000: channel.Unavailable, // system error
	20500: channel.Unavailable, // system error
	20501: channel.Unavailable, // service unavailable
	62004: channel.Missing,     // no such category tree
	62005: channel.Missing,     // no such category in the tree
	20404: channel.Missing,     // not found
	62003: channel.Config,      // no such site
	46001: channel.Config,      // no such site
	62002: channel.Invalid,     // no site given
	62006: channel.Invalid,     // no category given
	62008: channel.Missing,     // the category is the root
	62009: channel.Missing,     // the category is not a leaf
	46002: channel.Invalid,     // filter (a warning)
	46003: channel.Invalid,     // no such category (a warning)
	46004: channel.Invalid,     // more than 50 categories (a warning)
	20401: channel.Invalid,     // a field is missing
	20403: channel.Invalid,     // a field

	// Facts about a product that the law requires: documents, hazards, energy, repair, manufacturer, responsible
	// persons.
	25076: channel.Invalid,
	25077: channel.Invalid,
	25078: channel.Invalid,
	25079: channel.Invalid,
	25080: channel.Invalid,
	25081: channel.Invalid,
	25083: channel.Invalid,
	25084: channel.Invalid,
	25086: channel.Invalid,
	25088: channel.Invalid,
	25104: channel.Invalid,
	25106: channel.Invalid,
	25107: channel.Invalid,
	25108: channel.Invalid,
	25109: channel.Invalid,
	25110: channel.Invalid,
	25111: channel.Invalid,
	25112: channel.Invalid,
	25113: channel.Invalid,
	25114: channel.Invalid,
	25115: channel.Invalid,
	25116: channel.Invalid,
	25118: channel.Invalid,
	25119: channel.Invalid,

	// The Trading API.
	931:      channel.Auth,    // invalid token
	932:      channel.Auth,    // token hard expired
	16110:    channel.Auth,    // token revoked
	17470:    channel.Auth,    // log in again
	21916582: channel.Invalid, // duplicate values in variation specifics
	21916585: channel.Invalid, // duplicate custom variation label
	21916626: channel.Invalid, // the same specific for the item and its variations
	21919188: channel.Limit,   // listing limit reached
	21919189: channel.Limit,   // listing limit nearly reached (a warning)
}
