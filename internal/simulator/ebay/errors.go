package ebay

import (
	"net/http"
	"strings"

	"github.com/towpath/towpath/internal/simulator/wire"
)

// apiError is eBay's error.
type apiError struct {
	ErrorID     int         `json:"errorId"`
	Domain      string      `json:"domain"`
	Subdomain   string      `json:"subdomain,omitempty"`
	Category    string      `json:"category"` // REQUEST, BUSINESS or APPLICATION
	Message     string      `json:"message"`
	LongMessage string      `json:"longMessage,omitempty"`
	Parameters  []parameter `json:"parameters,omitempty"`
}

type parameter struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type refusal struct {
	Errors []apiError `json:"errors"`
}

func refuse(w http.ResponseWriter, status int, errs ...apiError) {
	if len(errs) > 0 && errs[0].Domain == errPostOrder.Domain {
		wire.WriteJSON(w, status, map[string]any{"errorMessage": map[string]any{"error": errs}})
		return
	}
	wire.WriteJSON(w, status, refusal{errs})
}

// with returns the error with a parameter for the value that it is about.
func (e apiError) with(name, value string) apiError {
	e.Parameters = append(e.Parameters[:len(e.Parameters):len(e.Parameters)], parameter{name, value})
	return e
}

func fulfilmentError(id int, message string) apiError {
	return apiError{ErrorID: id, Domain: "API_FULFILLMENT", Category: "REQUEST", Message: message}
}

func inventoryError(id int, message string) apiError {
	return apiError{ErrorID: id, Domain: "API_INVENTORY", Subdomain: "Selling", Category: "REQUEST", Message: message}
}

// definitionError returns an error of the APIs that describe requirements. Ids of system errors end in 00.
func definitionError(id int, domain, message string) apiError {
	e := apiError{ErrorID: id, Domain: domain, Category: "REQUEST", Message: message}
	if id%100 == 0 {
		e.Category = "APPLICATION"
	}
	return e
}

// eBay's errors; ids and meanings are those of the published specifications.
var (
	errNoToken   = apiError{ErrorID: 1002, Domain: "OAuth", Category: "REQUEST", Message: "Missing access token"}
	errBadToken  = apiError{ErrorID: 1001, Domain: "OAuth", Category: "REQUEST", Message: "Invalid access token"}
	errThrottled = apiError{
		ErrorID: 2001, Domain: "ACCESS", Category: "REQUEST", Message: "Too many requests.",
		LongMessage: "The request limit has been reached for the resource.",
	}
	errFulfilmentSystem = apiError{ErrorID: 30500, Domain: "API_FULFILLMENT", Category: "APPLICATION", Message: "System error"}
	errInventorySystem  = apiError{ErrorID: 25001, Domain: "API_INVENTORY", Category: "APPLICATION", Message: "A system error has occurred"}

	errFilterName  = fulfilmentError(30700, "Invalid filter name")
	errFilterValue = fulfilmentError(30800, "Invalid filter value")
	errDate        = fulfilmentError(30810, "Invalid date format")
	errNoStart     = fulfilmentError(30820, "Start date is missing")
	errRange       = fulfilmentError(30830, "Time range between start date and end date must be within 2 years")
	errStartAfter  = fulfilmentError(30840, "Start date should be before end date")
	errFuture      = fulfilmentError(30850, "Start and end dates can't be in the future")
	errOffset      = fulfilmentError(31000, "Invalid offset")
	errLimit       = fulfilmentError(31100, "Invalid limit")
	errOrderID     = fulfilmentError(32100, "Invalid order ID")
	errLineItem    = fulfilmentError(32200, "Invalid line item id")
	errDuplicate   = fulfilmentError(32210, "Duplicate line item in the request")
	errTracking    = fulfilmentError(32300, "Invalid shipment tracking number or carrier")
	errShippedDate = fulfilmentError(32500, "Invalid shipped date")
	errInput       = fulfilmentError(32600, "Invalid input data")

	errNoSKU   = inventoryError(25702, "The SKU could not be found or is not available in the system")
	errValue   = inventoryError(25709, "Invalid value")
	errNoItem  = inventoryError(25710, "The requested resource was not found")
	errNoOffer = inventoryError(25713, "This Offer is not available")

	// User errors, by the words that eBay adds.
	errUser = inventoryError(25002, "A user error has occurred.")
	// errSystemAsUser comes with 500: the same id for a failure of eBay's own.
	errSystemAsUser = inventoryError(25002, "System error. Unable to process your request. Please try again later.")
	errOfferExists  = inventoryError(25002, "A user error has occurred. Offer entity already exists.")
	errRestricted   = inventoryError(25019, "Cannot revise the listing. You are not allowed to revise this listing.")
	errRevisions    = inventoryError(25019, "Cannot revise the listing. You have revised this listing as often as is allowed on one day.")

	errPage         = inventoryError(25706, "You have provided invalid pagination values.")
	errSKU          = inventoryError(25707, "Invalid sku. sku has to be alphanumeric with upto 50 characters in length")
	errLocale       = inventoryError(25733, "Valid SKU and locale information are required for all the InventoryItems in the request.")
	errNotUnique    = inventoryError(25728, "InventoryItems should be unique in the request.")
	errNoSKUs       = inventoryError(25701, "These SKU(s) are not in the system")
	errOtherGroup   = inventoryError(25703, "The following SKU is already a member of another group.")
	errListedAlone  = inventoryError(25704, "The following SKU is already listed as a single SKU listing.")
	errNoGroup      = inventoryError(25705, "The Inventory Item Group could not be found or is not available in the system.")
	errNoOfferFound = inventoryError(25725, "No offer found")

	// Reasons why an offer can't be published.
	errPrice              = inventoryError(25003, "Invalid price.")
	errQuantity           = inventoryError(25004, "Invalid quantity.")
	errCategory           = inventoryError(25005, "Invalid category.")
	errShippingPolicy     = inventoryError(25007, "Invalid Shipping policy information.")
	errPaymentPolicy      = inventoryError(25008, "Invalid Payment policy information.")
	errReturnPolicy       = inventoryError(25009, "Invalid Return policy information.")
	errLocation           = inventoryError(25012, "Invalid location.")
	errPictures           = inventoryError(25014, "Invalid pictures. Add at least 1 photo.")
	errPictureURL         = inventoryError(25015, "Invalid picture URL. It has to begin with https.")
	errMissing            = inventoryError(25017, "Missing information in fields.")
	errCondition          = inventoryError(25021, "Invalid condition information.")
	errSellingLimit       = inventoryError(25026, "Selling limits exceeded. You've reached the number of items you can list.")
	errDuplicateVariation = inventoryError(25013, "Invalid data in the Inventory Item Group. Duplicate custom variation label.")

	// Taxonomy, Metadata and Account; ids and meanings are those of the published specifications.
	errTaxonomySystem   = definitionError(62000, "API_TAXONOMY", "There was a problem with an eBay internal system or process.")
	errNoSite           = definitionError(62002, "API_TAXONOMY", "Missing marketplace ID.")
	errSite             = definitionError(62003, "API_TAXONOMY", "The specified marketplace ID was not found.")
	errTree             = definitionError(62004, "API_TAXONOMY", "The specified category tree ID was not found.")
	errCategoryID       = definitionError(62005, "API_TAXONOMY", "The specified category ID does not belong to specified category tree.")
	errNoCategoryID     = definitionError(62006, "API_TAXONOMY", "Missing category ID.")
	errNoLeaf           = definitionError(62009, "API_TAXONOMY", "The specified category ID must be a leaf category.")
	errMetadataSystem   = definitionError(46000, "API_METADATA", "There was a problem with an eBay internal system or process.")
	errMetadataSite     = definitionError(46001, "API_METADATA", "The specified marketplace ID was not found.")
	errMetadataFilter   = definitionError(46002, "API_METADATA", "The filter value is invalid.")
	errMetadataCategory = definitionError(46003, "API_METADATA", "The specified categoryId was not found for the marketplace.")
	errAccountMissing   = definitionError(20401, "API_ACCOUNT", "Missing field.")
	errAccountInvalid   = definitionError(20403, "API_ACCOUNT", "Invalid field.")
	errAccountSystem    = definitionError(20500, "API_ACCOUNT", "System error.")
	errScope            = apiError{ErrorID: 1100, Domain: "ACCESS", Category: "REQUEST", Message: "Access denied", LongMessage: "Insufficient permissions to fulfill the request."}

	// The Post-Order API, which has ids and a shape of its own; which of them cancellations answer with is not published.
	errPostOrder       = apiError{ErrorID: 1500, Domain: "postOrder", Category: "REQUEST", Message: "The request is not valid"}
	errPostOrderSystem = apiError{ErrorID: 1001, Domain: "postOrder", Category: "APPLICATION", Message: "Application encountered an internal error."}

	errNotMigrated = inventoryError(25718, "Cannot migrate listing.")

	warnIncomplete = inventoryError(25402, "System warning. A variation without an offer is not in the listing.")
)

// shape makes injected faults look like eBay's own.
type shape struct{ s *server }

// Throttled answers as eBay does when the day's budget is used up, without Retry-After.
func (s shape) Throttled(w http.ResponseWriter, _ *http.Request) {
	identify(w)
	refuse(w, http.StatusTooManyRequests, errThrottled)
}

// Unavailable answers as eBay does when it has a problem of its own.
func (s shape) Unavailable(w http.ResponseWriter, r *http.Request) {
	identify(w)
	refuse(w, http.StatusServiceUnavailable, systemError(r))
}

// Failed answers as eBay's services do, in turn: with the API's system error, with one that is put down to the request,
// and, in the Inventory API, with the id of "any user error".
func (s shape) Failed(w http.ResponseWriter, r *http.Request, n int64) {
	identify(w)
	e := systemError(r)
	if n%3 == 1 {
		e.Category, e.LongMessage = "REQUEST", "Dependent service failure"
	}
	if n%3 == 2 && e.ErrorID == errInventorySystem.ErrorID {
		e = errSystemAsUser
	}
	refuse(w, http.StatusInternalServerError, e)
}

// systemError returns the system error of the called API.
func systemError(r *http.Request) apiError {
	for api, of := range map[string]apiError{inventory: errInventorySystem, taxonomy: errTaxonomySystem, metadata: errMetadataSystem, account: errAccountSystem, postOrder: errPostOrderSystem} {
		if strings.HasPrefix(r.URL.Path, api) {
			return of
		}
	}
	return errFulfilmentSystem
}

// Operations returns the names of all calls.
func (s shape) Operations() []string { return wire.Names(s.s.names) }

// Operation returns the name of the call.
func (s shape) Operation(r *http.Request) string { return s.s.operation(r) }
