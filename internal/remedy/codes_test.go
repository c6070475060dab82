package remedy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

// message is a failure as an adapter classifies it, and its expected remedy.
type message struct {
	kind   channel.Kind
	class  channel.Class
	status int
	code   string
	raw    string
	want   string
}

// The codes from the channels' published error lists and from the adapters. Together with fromHelpPages this table
// reaches every remedy.
var fromTheChannels = []message{
	{channel.Amazon, channel.Auth, 400, "invalid_grant", "", "amazon-grant-revoked"},
	{channel.Amazon, channel.Auth, 401, "invalid_client", "", "amazon-application-refused"},
	{channel.Amazon, channel.Unavailable, 403, "Unauthorized", `{"errors":[{"code":"Unauthorized","message":"Access denied","details":"The access token you provided has expired."}]}`, "amazon-access-token-expired"},
	{channel.Amazon, channel.Config, 403, "Unauthorized", "Access to requested resource is denied.", "amazon-not-permitted"},
	{channel.Amazon, channel.Unavailable, 403, "", "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", "amazon-document-expired"},
	{channel.Amazon, channel.Throttled, 429, "QuotaExceeded", "", "amazon-quota"},
	{channel.Amazon, channel.Invalid, 200, "FEED_FATAL", "Feed Rejected", "amazon-feed-rejected"},
	{channel.Amazon, channel.Invalid, 200, "FEED_REJECTED", "Feed Rejected: []", "amazon-feed-rejected"},
	{channel.Amazon, channel.Unknown, 200, "FEED_PARTLY_ACCEPTED", "Feed Rejected: Amazon accepted 1", "amazon-feed-partly-accepted"},
	{channel.Amazon, channel.Invalid, 0, "CARRIER_MISSING", "", "carrier-missing"},
	{channel.Shopify, channel.Invalid, 200, "INVALID_PRODUCT_TAXONOMY_NODE_ID", "", "shopify-category-unknown"},
	{channel.Amazon, channel.Unavailable, 200, "FEED_CANCELLED", "Feed Rejected", "amazon-feed-cancelled"},
	{channel.Amazon, channel.Unknown, 200, "FEED_WITHOUT_REPORT", "Feed Rejected", "amazon-feed-without-report"},
	{channel.Amazon, channel.Unknown, 0, "DOCUMENT_URL", "", "amazon-document-address"},
	{channel.Amazon, channel.Missing, 200, "13013", "", "amazon-sku-missing"},
	{channel.Amazon, channel.Invalid, 200, "8541", "", "amazon-other-goods"},
	{channel.Amazon, channel.Missing, 404, "NotFound", "", "amazon-not-found"},
	{channel.Amazon, channel.Conflict, 400, "InvalidInput", "", "amazon-order-changed"},
	{channel.Amazon, channel.Invalid, 400, "InvalidInput", "", "data-refused"},
	{channel.Amazon, channel.Invalid, 200, "INVALID", "", "amazon-listing-refused"},
	{channel.Amazon, channel.Config, 0, "FULFILLED_BY_AMAZON", "", "amazon-fulfils"},
	{channel.Amazon, channel.Config, 0, "REVISING_NOT_PERMITTED", "", "amazon-change-not-permitted"},
	{channel.Amazon, channel.Config, 0, "ENDPOINT_IS_TEST", "", "amazon-endpoint-test"},
	{channel.Amazon, channel.Invalid, 0, "PRODUCT_INCOMPLETE", "the product has no title", "amazon-product-incomplete"},
	{channel.Amazon, channel.Unavailable, 200, "ACCEPTED_AND_NEVER_APPLIED", "", "amazon-never-applied"},
	{channel.Amazon, channel.Limit, 200, "LISTINGS_CREATED_AT_ONCE", "", "amazon-listings-crowded"},
	{channel.Amazon, channel.Invalid, 200, "CHECKSUM_WRONG", "", "amazon-definition-damaged"},
	{channel.Amazon, channel.Invalid, 200, "DEFINITION_UNUSABLE", "", "amazon-definition-damaged"},
	{channel.Amazon, channel.Config, 0, "not-permitted", "", "revision-not-permitted"},
	{channel.Amazon, channel.Unavailable, 0, "NOT_SENT_YET", "", "not-sent-yet"},
	{channel.Amazon, channel.Limit, 200, "5886", "You have reached your listing limit.", "amazon-listing-limit"},
	{channel.Amazon, channel.Invalid, 200, "8801", `[{"code":"8801","categories":["DUPLICATE"]}]`, "amazon-variations-alike"},
	{channel.Amazon, channel.Unknown, 200, "STATUS_PENDING", "", "amazon-answer-unknown"},
	{channel.Amazon, channel.Unavailable, 500, "InternalFailure", "", "channel-unavailable"},
	{channel.Amazon, channel.Config, 400, "unsupported_grant_type", "", "token-request-refused"},

	{channel.EBay, channel.Auth, 400, "invalid_grant", "", "ebay-grant-revoked"},
	{channel.EBay, channel.Auth, 401, "invalid_client", "", "ebay-application-refused"},
	{channel.EBay, channel.Auth, 200, "932", "", "ebay-token-hard-expired"},
	{channel.EBay, channel.Auth, 200, "931", "", "ebay-token-invalid"},
	{channel.EBay, channel.Auth, 401, "1001", "", "ebay-token-invalid"},
	{channel.EBay, channel.Auth, 200, "16110", "", "ebay-grant-revoked"},
	{channel.EBay, channel.Auth, 200, "17470", "", "ebay-sign-in-again"},
	{channel.EBay, channel.Auth, 403, "1100", "", "ebay-scope-missing"},
	{channel.EBay, channel.Throttled, 429, "2001", "", "ebay-request-limit"},
	{channel.EBay, channel.Unavailable, 500, "25001", "", "ebay-system-error"},
	{channel.EBay, channel.Unavailable, 500, "30500", "", "ebay-system-error"},
	{channel.EBay, channel.Conflict, 409, "25025", "", "ebay-concurrent-change"},
	{channel.Shopify, channel.Config, 0, "NO_MIGRATION", "", "nothing-to-migrate"},
	{channel.Shopify, channel.Config, 0, "NO_ORDER_IDS", "", "towpath-no-order-ids"},
	{channel.Amazon, channel.Missing, 0, "REPORT_ROWS_GONE", "", "towpath-report-rows-gone"},
	{channel.Amazon, channel.Invalid, 0, "REPORT_FATAL", "", "amazon-report-not-made"},
	{channel.Amazon, channel.Unavailable, 0, "REPORT_LATE", "", "amazon-report-not-made"},
	{channel.EBay, channel.Config, 400, "25718", "Cannot migrate listing.", "ebay-not-migrated"},
	{channel.EBay, channel.Config, 0, "VARIATION_LEFT_OUT", "", "ebay-variation-not-migrated"},
	{channel.EBay, channel.Limit, 400, "25026", "", "ebay-listing-limit"},
	{channel.EBay, channel.Limit, 200, "21919188", "", "ebay-listing-limit"},
	{channel.EBay, channel.Limit, 200, "21919189", "", "ebay-listing-limit-near"},
	{channel.EBay, channel.Invalid, 200, "21916585", "", "ebay-duplicate-variation-label"},
	{channel.EBay, channel.Invalid, 200, "21916582", "", "ebay-duplicate-variation-values"},
	{channel.EBay, channel.Invalid, 200, "21916626", "", "ebay-specifics-overlap"},
	{channel.EBay, channel.Invalid, 400, "25002", "Any User error.", "ebay-input-refused"},
	{channel.EBay, channel.Invalid, 400, "25801", "Missing field name.", "ebay-policy-setting-refused"},
	{channel.EBay, channel.Invalid, 400, "25901", "Missing a location.", "ebay-location-refused"},
	{channel.EBay, channel.Invalid, 400, "25739", "", "ebay-compatibility-refused"},
	{channel.EBay, channel.Invalid, 400, "34915", "The refund amount exceeds order amount.", "ebay-refund-refused"},
	{channel.EBay, channel.Invalid, 400, "33101", "Invalid payment dispute state", "ebay-dispute-refused"},
	{channel.Shopify, channel.Config, 200, "CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS", "", "shopify-not-movable"},
	{channel.Shopify, channel.Config, 200, "NO_REFUND_TO_STORE_CREDIT_PERMISSION", "", "no-refund-permission"},
	{channel.EBay, channel.Invalid, 400, "25002", "A user error has occurred. The item specific Brand is missing.", "ebay-specific-missing"},
	{channel.EBay, channel.Invalid, 400, "25002", "Any User error. Duplicate custom variation label.", "ebay-duplicate-variation-label"},
	{channel.EBay, channel.Missing, 404, "25702", "", "ebay-sku-missing"},
	{channel.EBay, channel.Missing, 404, "25713", "", "ebay-offer-missing"},
	{channel.EBay, channel.Missing, 404, "25710", "", "ebay-offer-missing"},
	{channel.EBay, channel.Missing, 404, "32100", "", "ebay-order-missing"},
	{channel.EBay, channel.Conflict, 400, "32200", "", "ebay-line-not-open"},
	{channel.EBay, channel.Conflict, 400, "32210", "", "ebay-line-not-open"},
	{channel.EBay, channel.Invalid, 400, "32300", "", "ebay-tracking-refused"},
	{channel.EBay, channel.Config, 400, "32400", "", "ebay-seller-suspended"},
	{channel.EBay, channel.Invalid, 400, "32500", "", "ebay-ship-date-refused"},
	{channel.EBay, channel.Limit, 400, "34100", "", "ebay-too-many-tracking-numbers"},
	{channel.EBay, channel.Invalid, 400, "34200", "", "ebay-global-shipping"},
	{channel.EBay, channel.Conflict, 400, "34500", "", "ebay-already-shipped"},
	{channel.EBay, channel.Config, 400, "25038", "", "ebay-not-revisable-now"},
	{channel.EBay, channel.Config, 400, "25096", "", "ebay-listing-on-hold"},
	{channel.EBay, channel.Config, 400, "25759", "", "ebay-auction"},
	{channel.EBay, channel.Invalid, 400, "25007", "", "ebay-policy-refused"},
	{channel.EBay, channel.Config, 400, "25018", "", "ebay-seller-incomplete"},
	{channel.EBay, channel.Config, 400, "25042", "", "ebay-refurbished"},
	{channel.EBay, channel.Config, 400, "25703", "", "ebay-listed-otherwise"},
	{channel.EBay, channel.Invalid, 400, "25115", "", "ebay-regulatory"},
	{channel.EBay, channel.Invalid, 400, "25013", "", "ebay-group-refused"},
	{channel.EBay, channel.Config, 0, "PREVIEW_UNKNOWN", "", "ebay-preview-unknown"},
	{channel.EBay, channel.Config, 0, "RELISTING_NOT_PERMITTED", "", "ebay-change-not-permitted"},
	{channel.EBay, channel.Config, 0, "PUBLISHING_NOT_SET", "", "ebay-publishing-not-set"},
	{channel.EBay, channel.Config, 200, "MERCHANT_LOCATION", "", "ebay-merchant-location"},
	{channel.EBay, channel.Config, 0, "REVISIONS_KEPT", "", "ebay-revisions-kept"},
	{channel.EBay, channel.Unavailable, 0, "REVISIONS_NOT_COUNTED", "", "ebay-revisions-not-counted"},
	{channel.EBay, channel.Invalid, 0, "PRODUCT_INCOMPLETE", "", "ebay-product-incomplete"},
	{channel.EBay, channel.Invalid, 200, "NOT_IN_LISTING", "", "ebay-variation-left-out"},
	{channel.EBay, channel.Missing, 400, "62009", "", "ebay-category-unknown"},
	{channel.EBay, channel.Missing, 0, "NO_SUCH_CATEGORY", "", "ebay-category-unknown"},
	{channel.EBay, channel.Config, 200, "NO_CATEGORY_TREE", "", "ebay-site-unknown"},
	{channel.EBay, channel.Invalid, 0, "DEFINITION_TOO_LARGE", "", "ebay-definition-too-large"},
	{channel.EBay, channel.Unavailable, 500, "62000", "", "ebay-system-error"},
	{channel.EBay, channel.Config, 400, "25732", "", "ebay-listed-otherwise"},
	{channel.EBay, channel.Invalid, 0, "settings-wrong", "", "ebay-setting-wrong"},
	{channel.EBay, channel.Invalid, 0, "sold-out", "", "ebay-sold-out"},
	{channel.EBay, channel.Invalid, 0, "not-permitted", "", "ebay-revision-not-permitted"},
	{channel.EBay, channel.Unavailable, 502, "", "<html>", "channel-unavailable"},

	{channel.Shopify, channel.Throttled, 200, "THROTTLED", "", "shopify-throttled"},
	{channel.Shopify, channel.Throttled, 429, "", "", "shopify-throttled"},
	{channel.Shopify, channel.Throttled, 200, "MAX_COST_EXCEEDED", "", "shopify-page-too-dear"},
	{channel.Shopify, channel.Unavailable, 200, "INTERNAL_SERVER_ERROR", "", "channel-unavailable"},
	{channel.Shopify, channel.Auth, 401, "", "[API] Invalid API key or access token", "shopify-token-refused"},
	{channel.Shopify, channel.Config, 200, "ACCESS_DENIED", "", "shopify-scope-missing"},
	{channel.Shopify, channel.Config, 402, "", "", "shopify-shop-inactive"},
	{channel.Shopify, channel.Config, 404, "", `{"errors":"Not Found"}`, "shopify-shop-not-found"},
	{channel.Shopify, channel.Missing, 404, "", "", "shopify-product-id-changed"},
	{channel.Shopify, channel.Missing, 200, "INVALID_INVENTORY_ITEM", "", "shopify-product-id-changed"},
	{channel.Shopify, channel.Missing, 200, "NOT_FOUND", "", "shopify-not-found"},
	{channel.Shopify, channel.Config, 200, "INVALID_LOCATION", "", "shopify-location-wrong"},
	{channel.Shopify, channel.Config, 0, "NO_LOCATION", "", "shopify-location-wrong"},
	{channel.Shopify, channel.Config, 200, "NOT_MOVABLE", "", "shopify-not-movable"},
	{channel.Shopify, channel.Config, 0, "LOCATION_NOT_MAPPED", "", "shopify-not-movable"},
	{channel.Shopify, channel.Config, 200, "NOT_STOCKED_THERE", "", "shopify-not-stocked-there"},
	{channel.Shopify, channel.Config, 200, "LOCATION_OF_SERVICE", "", "shopify-location-wrong"},
	{channel.Shopify, channel.Config, 0, "NO_INVENTORY_ITEM", "", "shopify-no-inventory-item"},
	{channel.Shopify, channel.Config, 200, "NON_MUTABLE_INVENTORY_ITEM", "", "shopify-not-adjustable"},
	{channel.Shopify, channel.Invalid, 200, "INVALID_QUANTITY_TOO_HIGH", "", "shopify-quantity-refused"},
	{channel.Shopify, channel.Conflict, 200, "CHANGE_FROM_QUANTITY_STALE", "", "shopify-quantity-changed"},
	{channel.Shopify, channel.Unavailable, 200, "IDEMPOTENCY_CONCURRENT_REQUEST", "", "shopify-still-working"},
	{channel.Shopify, channel.Conflict, 200, "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "", "shopify-earlier-attempt-failed"},
	{channel.Shopify, channel.Invalid, 200, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "", "towpath-mistake"},
	{channel.Shopify, channel.Conflict, 200, "BATCH_NOT_APPLIED", "", "shopify-batch-held-back"},
	{channel.Shopify, channel.Config, 200, "ON_HOLD", "", "shopify-on-hold"},
	{channel.Shopify, channel.Config, 200, "SERVICE_SHIPS", "", "shopify-service-ships"},
	{channel.Shopify, channel.Config, 200, "SCHEDULED", "", "shopify-scheduled"},
	{channel.Shopify, channel.Config, 200, "SPLIT_LOCATIONS", "", "shopify-split-locations"},
	{channel.Shopify, channel.Missing, 200, "LINE_NOT_FOUND", "", "shopify-line-missing"},
	{channel.Shopify, channel.Conflict, 200, "UNITS_NOT_OPEN", "", "shopify-units-not-open"},
	{channel.Shopify, channel.Invalid, 200, "TRACKING_REFUSED", "", "shopify-tracking-refused"},
	{channel.Shopify, channel.Unavailable, 0, "GRANT_NOT_KEPT", "", "shopify-grant-not-kept"},
	{channel.Shopify, channel.Auth, 401, "invalid_client", "", "shopify-app-refused"},
	{channel.Shopify, channel.Auth, 400, "invalid_grant", "", "shopify-grant-gone"},
	{channel.Shopify, channel.Config, 0, "PREVIEW_UNKNOWN", "", "shopify-preview-unknown"},
	{channel.Shopify, channel.Limit, 200, "VARIANTS_OVER_LIMIT", "", "shopify-variants-over-limit"},
	{channel.Shopify, channel.Invalid, 200, "INVALID_VARIANT", "", "shopify-product-refused"},
	{channel.Shopify, channel.Missing, 200, "PRODUCT_DELETED", "", "shopify-product-deleted"},
	{channel.Shopify, channel.Conflict, 200, "PRODUCT_GONE", "", "shopify-product-changed"},
	{channel.Shopify, channel.Unavailable, 200, "JOB_ERROR", "", "shopify-product-failed"},
	{channel.Shopify, channel.Config, 200, "PRODUCT_SUSPENDED", "", "shopify-product-suspended"},
	{channel.Shopify, channel.Config, 200, "NOT_PERMITTED", "", "shopify-not-permitted"},
	{channel.Shopify, channel.Config, 200, "CURRENCY_DIFFERS", "", "shopify-currency-differs"},
	{channel.Shopify, channel.Config, 200, "OTHER_VARIANTS", "", "shopify-other-variants"},
	{channel.Shopify, channel.Missing, 200, "COLLECTION_MISSING", "", "shopify-collection-missing"},
	{channel.Shopify, channel.Missing, 0, "SKU_NOT_FOUND", "", "shopify-sku-not-found"},
	{channel.Shopify, channel.Config, 0, "COLLECTION_BY_RULE", "", "shopify-collection-by-rule"},
	{channel.Shopify, channel.Conflict, 0, "IMAGES_NOT_SET", "", "shopify-partly-set"},
	{channel.Shopify, channel.Config, 0, "NOT_TRACKED", "", "shopify-not-tracked"},
	{channel.Shopify, channel.Config, 0, "NOT_IN_ONLINE_STORE", "", "shopify-not-in-online-store"},

	{channel.Amazon, channel.Conflict, 0, "NOT_SHOWN", "", "package-not-shown"},
	{channel.EBay, channel.Config, 0, "NO_CORRECTION", "", "no-correction"},
	{channel.Shopify, channel.Conflict, 0, "NOT_CANCELLABLE", "", "not-cancellable"},
	{channel.Shopify, channel.Conflict, 0, "NO_REQUEST", "", "not-cancellable"},
	{channel.Shopify, channel.Config, 0, "WHOLE_ORDER_ONLY", "", "whole-order-only"},
	{channel.EBay, channel.Config, 0, "NO_CANCEL_CALL", "", "whole-order-only"},
	{channel.EBay, channel.Conflict, 200, "NOT_CANCELLABLE", "", "not-cancellable"},
	{channel.Amazon, channel.Conflict, 200, "NOT_CANCELLABLE", "", "not-cancellable"},
	{channel.EBay, channel.Config, 403, "215001", "Missing x-ebay-signature-key header", "ebay-signature"},
	{channel.EBay, channel.Config, 403, "215122", "Signature validation failed", "ebay-signature"},
	{channel.Shopify, channel.Conflict, 0, "CANCEL_NOT_SHOWN", "", "cancel-not-shown"},
	{channel.Shopify, channel.Config, 0, "NO_REFUND_PERMISSION", "", "no-refund-permission"},
	{channel.Amazon, channel.Config, 0, "account-paused", "", "account-paused"},
	{channel.EBay, channel.Config, 0, "account-paused", "stock paused: stock take", "work-paused"},
	{channel.Amazon, channel.Conflict, 0, "level-not-shown", "", "level-not-shown"},
	{channel.Amazon, channel.Unavailable, 0, "feed-lost", "", "feed-lost"},
	{channel.Amazon, channel.Throttled, 0, "asked-to-wait", "", "asked-to-wait"},
	{channel.Amazon, channel.Config, 0, "account-observing", "", "account-observing"},
	{channel.Amazon, channel.Config, 0, "account-unknown", "", "account-unknown"},
	{channel.Amazon, channel.Invalid, 0, "SKU_MISSING", "", "link-without-sku"},
	{channel.Shopify, channel.Config, 0, "TOKENS_SEALED", "", "tokens-other-key"},
	{channel.Shopify, channel.Config, 0, "TOKENS_TAMPERED", "", "tokens-tampered"},
	{channel.Shopify, channel.Config, 0, "TOKENS_REPLACED", "", "tokens-replaced"},
	{channel.EBay, channel.Config, 0, "PLAIN_HTTP", "", "address-plain-http"},
	{channel.EBay, channel.Config, 0, "PRIVATE_ADDRESS", "", "address-private"},
	{channel.Shopify, channel.Config, 301, "REDIRECTED", "", "redirected"},
	{channel.EBay, channel.Network, 0, "CANCELED", "context canceled", "call-cancelled"},
	{channel.EBay, channel.Network, 0, "CONNECTION", "something new", "connection-problem"},
	{channel.EBay, channel.Network, 0, "CONNECTION", "dial tcp 127.0.0.1:1: connect: connection refused", "connection-refused"},
	{channel.EBay, channel.Network, 0, "CONNECTION", "dial tcp: lookup nowhere.example: no such host", "address-not-found"},
	{channel.EBay, channel.Network, 0, "CONNECTION", "tls: failed to verify certificate: x509: certificate signed by unknown authority", "certificate-refused"},
	{channel.EBay, channel.Network, 0, "CONNECTION", "EOF", "connection-closed"},
	{channel.EBay, channel.Timeout, 0, "DEADLINE", "context deadline exceeded", "timed-out"},
	{channel.EBay, channel.Unavailable, 200, "ANSWER_UNREADABLE", "<html>", "answer-not-readable"},
	{channel.Amazon, channel.Unknown, 0, "ORDER_UNREADABLE", "an order of 812 bytes, which is kept encrypted because it may name buyers; item 1 has no id, or a negative quantity", "order-not-readable"},
	{channel.EBay, channel.Unknown, 200, "ANSWER_TOO_LARGE", "", "answer-too-large"},
	{channel.EBay, channel.Unavailable, 200, "PAGES_CONTRADICT_TOTAL", "", "pages-repeat"},
	{channel.EBay, channel.Unavailable, 0, "", "the channel's answer does not mention the SKU", "answer-incomplete"},
	{channel.EBay, channel.Throttled, 429, "", "", "ebay-request-limit"},
	{"", channel.Throttled, 429, "", "", "requests-limited"},
}

func TestEveryCodeOfTheChannelsHasARemedy(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	for _, f := range fromTheChannels {
		got := c.For(f.kind, &channel.Fault{Class: f.class, Status: f.status, Code: f.code}, f.raw)
		require.Equal(t, f.want, got.Code, "%+v", f)
		require.False(t, got.Gap)
	}
}

// An entry that an earlier entry hides from every known failure would never be used.
func TestEveryRemedyIsReached(t *testing.T) {
	t.Parallel()
	c := builtIn(t)
	reached := map[string]bool{"package-without-label": true, "package-without-products": true} // tested with the help pages' messages
	for _, q := range fromHelpPages {
		reached[q.want] = true
	}
	for _, f := range fromTheChannels {
		reached[f.want] = true
	}
	for _, want := range ofOurCheck {
		reached[want] = true
	}
	for _, r := range c.All() {
		require.True(t, reached[r.Code] || r.Gap, "no failure in the tests leads to %s", r.Code)
	}
}
