package shopify

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// Codes of faults that this adapter finds itself; other codes are Shopify's own.
const (
	CodeNoLocation       = "NO_LOCATION"         // the account has no location
	CodeLocationMissing  = "LOCATION_NOT_FOUND"  // the shop has no such location
	CodeLocationInactive = "LOCATION_INACTIVE"   // the location was deactivated
	CodeLocationServed   = "LOCATION_OF_SERVICE" // the location is a fulfilment service's
	CodeNotMovable       = "NOT_MOVABLE"         // the fulfillment order can't be moved: a service has it, or its progress was reported
	CodeNotMapped        = "LOCATION_NOT_MAPPED" // the location of ours is none of the shop's in the accounts file
	CodeNoInventoryItem  = "NO_INVENTORY_ITEM"   // the link has no inventory item
	CodeNotStocked       = "NOT_STOCKED_THERE"   // Shopify does not let the item be stocked at the location
	CodeRepeatedCursor   = "REPEATED_CURSOR"     // a page's cursor led back to the same page
	CodeBadCursor        = "BAD_CURSOR"          // the cursor is not this adapter's
	CodeNotApplied       = "BATCH_NOT_APPLIED"   // other entries were refused, and with them the whole batch
	CodeNotFound         = "NOT_FOUND"           // data.order is null
	CodeLineNotFound     = "LINE_NOT_FOUND"      // the order has no such line to fulfil
	CodeUnitsNotOpen     = "UNITS_NOT_OPEN"      // fewer units are left to ship than the package has
	CodeOrderSplit       = "FULFILLMENT_CHANGED" // the fulfillment order or one of its lines was moved, split or merged meanwhile
	CodeServiceShips     = "SERVICE_SHIPS"       // a fulfilment service ships the units: no package of ours is confirmed on it
	CodeOnHold           = "ON_HOLD"             // the fulfillment order is held
	CodeScheduled        = "SCHEDULED"           // the fulfillment order is for later
	CodeSplitLocations   = "SPLIT_LOCATIONS"     // the package's units are assigned to several locations
	CodeTracking         = "TRACKING_REFUSED"    // tracking number, company or address refused
	CodeUserError        = "USER_ERROR"          // a message that is not in the catalogue
	CodeVault            = "GRANT_NOT_KEPT"      // the grant could not be read or kept
	CodeTooManySKUs      = "TOO_MANY_SKUS"       // more SKUs than one query of listings takes
	CodeSKUNotFound      = "SKU_NOT_FOUND"       // no variant has the SKU
	CodeNoPreview        = "PREVIEW_UNKNOWN"     // Shopify can't validate a product without writing it
	CodeNotPermitted     = "NOT_PERMITTED"       // the account's settings forbid it
	CodeNoHandle         = "NO_HANDLE"           // no handle can be made of the product's key
	CodeNoVariants       = "NO_VARIANTS"         // the product has no variants
	CodeCurrency         = "CURRENCY_DIFFERS"    // the shop's prices are in another currency
	CodeOtherOptions     = "OPTIONS_DIFFER"      // the product has other variants with other options
	CodeOtherVariants    = "OTHER_VARIANTS"      // the product has other variants, which stay on sale
	CodeCollectionGone   = "COLLECTION_MISSING"  // the shop has no such collection
	CodeProductGone      = "PRODUCT_GONE"        // the product was deleted or changed meanwhile
	CodeProductDeleted   = "PRODUCT_DELETED"     // the product was deleted after it was checked
	CodeOperationGone    = "OPERATION_GONE"      // Shopify no longer has the operation
)

// Codes of warnings: the product was published.
const (
	CodeCollectionByRule = "COLLECTION_BY_RULE"  // rules decide whether the product is in the collection
	CodeCollectionsLater = "COLLECTIONS_NOT_SET" // the product is in more collections than can be read at once
	CodeImagesLater      = "IMAGES_NOT_SET"      // Shopify is still fetching images; publish again later
	CodeNotTracked       = "NOT_TRACKED"         // the shop does not count this variant's stock
	CodeNotPublished     = "NOT_IN_ONLINE_STORE" // the online store does not show the product
)

// envelope is the outer shape of every answer. Errors is a list of failures, or for some HTTP statuses a
// plain text.
type envelope struct {
	Data       json.RawMessage `json:"data"`
	Errors     json.RawMessage `json:"errors"`
	Extensions struct {
		Cost cost `json:"cost"`
	} `json:"extensions"`

	err error // why the answer can't be decoded
}

// cost is the cost of a query and the state of the bucket, all in points.
type cost struct {
	Requested float64 `json:"requestedQueryCost"`
	Actual    float64 `json:"actualQueryCost"` // null when it was refused
	Throttle  struct {
		Maximum     float64 `json:"maximumAvailable"`
		Available   float64 `json:"currentlyAvailable"`
		RestoreRate float64 `json:"restoreRate"` // points per second
	} `json:"throttleStatus"`
}

// failure is one entry of errors.
type failure struct {
	Message    string `json:"message"`
	Path       []any  `json:"path"` // names of fields, and places in lists
	Extensions struct {
		Code string `json:"code"`
	} `json:"extensions"`
}

// failures returns the errors, a list or a plain text. Any content counts as a failure.
func (e envelope) failures() []failure {
	raw := strings.TrimSpace(string(e.Errors))
	if raw == "" || raw == "null" || raw == "[]" {
		return nil
	}
	var list []failure
	if json.Unmarshal(e.Errors, &list) == nil && len(list) > 0 {
		return list
	}
	return []failure{{Message: raw}}
}

// codeOf returns the first code in the errors.
func codeOf(failures []failure) string {
	for _, f := range failures {
		if code := word(f.Extensions.Code); code != "" {
			return code
		}
	}
	return ""
}

// word returns a code only if it is a single word: codes are shown and logged, so they must not contain personal
// data.
func word(code string) string {
	const longest = 80
	odd := func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}
	if len(code) > longest || strings.IndexFunc(code, odd) >= 0 {
		return ""
	}
	return code
}

// wait returns how long until the bucket has enough points for the query; 0 when the answer does not contain it.
func (c cost) wait() time.Duration {
	missing := c.Requested - c.Throttle.Available
	if !(missing > 0) || !(c.Throttle.RestoreRate > 0) {
		return 0
	}
	const longest = 24 * time.Hour
	return time.Duration(min(missing/c.Throttle.RestoreRate, longest.Seconds()) * float64(time.Second))
}

// statusFault returns the fault of an answer that is not 2xx.
func statusFault(a *transport.Answer, operation string, e envelope) *channel.Fault {
	f := a.Fault(transport.ClassOf(a.Status, statuses), operation, codeOf(e.failures()))
	if f.Class == channel.Throttled {
		f.RetryAfter = max(f.RetryAfter, e.Extensions.Cost.wait())
	}
	return f
}

// statuses are those to which Shopify gives another meaning than the standard, from its table of status codes. All
// calls go to one address, so none of them is about a missing or changed resource.
var statuses = transport.Statuses{
	http.StatusPaymentRequired:    channel.Config,    // the shop is frozen for unpaid bills
	http.StatusNotFound:           channel.Config,    // the shop's domain is wrong
	http.StatusLocked:             channel.Config,    // the shop is locked
	430:                           channel.Throttled, // refused as suspicious: too many calls
	http.StatusConflict:           channel.Invalid,
	http.StatusGone:               channel.Invalid,
	http.StatusPreconditionFailed: channel.Invalid,
}

// errorsFault returns the fault of an answer with status 200 that has errors. The first error with a code decides.
func errorsFault(a *transport.Answer, operation string, e envelope, failures []failure) *channel.Fault {
	code := codeOf(failures)
	f := a.Fault(classOfCode(code), operation, code)
	switch code {
	case "THROTTLED":
		f.RetryAfter = max(f.RetryAfter, e.Extensions.Cost.wait())
	case "INTERNAL_SERVER_ERROR", "TIMEOUT":
		f.Ambiguous = isWrite(operation)
	}
	return f
}

func isWrite(operation string) bool {
	switch operation {
	case opActivate, opMove.name, opSetQuantities.name, opFulfillmentCreate.name, opOrderCancel.name, opProductSet.name, opProductUpdate.name:
		return true
	}
	return false
}

// userError is one entry of a mutation's userErrors. Code is Shopify's; some mutations have none.
type userError struct {
	Code    string   `json:"code"`
	Field   []string `json:"field"`
	Message string   `json:"message"`

	raw json.RawMessage // as Shopify wrote it
}

// UnmarshalJSON also keeps Shopify's own JSON.
func (u *userError) UnmarshalJSON(raw []byte) error {
	type plain userError
	if err := json.Unmarshal(raw, (*plain)(u)); err != nil {
		return err
	}
	u.raw = slices.Clone(raw)
	return nil
}

// fault returns the fault of a user error; the raw words are this error's only.
func (u userError) fault(r reply, operation string, class channel.Class, code string) *channel.Fault {
	f := r.answer.Fault(class, operation, code)
	f.Raw = channel.NewFault(class, operation, string(u.raw)).Raw
	f.RetryAfter = 0
	return f
}
