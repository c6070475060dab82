package transport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// The limits of what is kept of a call that failed.
const (
	maxRead  = 1 << 20 // bytes of a body that is looked at; of a longer one nothing is kept
	maxKept  = 8 << 10 // bytes that are kept of a request, and of an answer
	maxItems = 20      // elements that are kept of a list
	maxDeep  = 16      // levels that are kept of a body
)

// keptNames are the fields whose values a support file may show: they name goods, operations and errors. Everything else is left out,
// whatever it is called: a list of what must not be kept would miss the field that a channel adds next year. Texts for people
// ("message") are left out too: channels repeat in them what was sent.
var keptNames = named(`asin attributenames availablequantity availabletosellquantity carriercode categoryid categorytreeid changefromquantity
	code comparequantity contentlanguage conditiontype countries currency currencycode documentid domain errorid errorcode errors
	feeddocumentid feedid feedtype field format fulfillmentchannelcode fulfillmentorderid fulfillmentorderlineitemid groupids id
	ignorecomparequantity includeddata inputfeeddocumentid inventoryitemid inventoryitemgroupkey isactive issuelocale issues language
	legacyorderid lineitemid limit listingid locale locationid marketplaceid marketplaceids marketplace_id merchantlocationkey messageid
	messagesaccepted messagesinvalid messagesprocessed mode offerid offerids offset op operation operationname operationtype orderid
	orderitemid packagereferenceid path processingstatus productid producttype quantity reason reporttype requestid requirements
	resultfeeddocumentid returnid sellerid severity ship_date shipdate sku skus status statuscode submissionid subdomain subcategory
	type valueid version`)

// keptValue is the form of a kept text: a name, a number, a date or a path, never a sentence or an address.
var keptValue = regexp.MustCompile(`^[A-Za-z0-9_.:/#+\[\]-]{1,100}$`)

func named(list string) map[string]bool {
	names := map[string]bool{}
	for name := range strings.FieldsSeq(list) {
		names[name] = true
	}
	return names
}

// keptRequest returns what is kept of the request of a call that failed: its method and path, the kept parameters of its query, and
// the kept fields of a body in JSON. Headers are never kept.
func keptRequest(req *http.Request) string {
	text := req.Method + " " + req.URL.EscapedPath()
	query := req.URL.Query()
	var parameters []string
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for _, value := range query[name] {
			parameters = append(parameters, name+"="+keptText(name, value))
		}
	}
	if len(parameters) > 0 {
		text += "?" + strings.Join(parameters, "&")
	}
	if req.GetBody == nil {
		return bounded(text)
	}
	body, err := req.GetBody()
	if err != nil {
		return bounded(text)
	}
	defer func() { _ = body.Close() }()
	read, err := io.ReadAll(io.LimitReader(body, maxRead+1))
	if err != nil {
		return bounded(text)
	}
	return bounded(text + "\n" + keptBody(req.Header, read))
}

// kept returns what is kept of the call that the answer ends.
func (a *Answer) kept() (request, answer string) {
	if a.request != nil {
		request = keptRequest(a.request)
	}
	return request, a.keptAnswer()
}

// keptAnswer returns what is kept of an answer that is a failure.
func (a *Answer) keptAnswer() string {
	text := fmt.Sprintf("HTTP %d", a.Status)
	switch {
	case len(a.Body) == 0:
		return text
	case a.personal:
		return text + "\n" + a.words()
	}
	return bounded(text + "\n" + keptBody(a.Header, a.Body))
}

func keptBody(h http.Header, body []byte) string {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind = "no type"
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if len(body) > maxRead || decoder.Decode(&value) != nil {
		return fmt.Sprintf("[not kept: %d bytes, %.40s]", len(body), kind)
	}
	kept, err := json.MarshalIndent(keptOf("", value, 0), "", " ")
	if err != nil {
		return fmt.Sprintf("[not kept: %d bytes, %.40s]", len(body), kind)
	}
	return string(kept)
}

// keptOf returns what is kept of a value of a field; elements of a list have the list's name.
func keptOf(name string, value any, deep int) any {
	if deep > maxDeep {
		return "[not kept]"
	}
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		left := 0
		for key, inner := range v {
			if !keptValue.MatchString(key) || strings.Contains(key, "@") {
				left++ // a name may be a value: maps by e-mail address, by SKU
				continue
			}
			out[key] = keptOf(key, inner, deep+1)
		}
		if left > 0 {
			out["[not kept]"] = fmt.Sprintf("fields: %d", left)
		}
		return out
	case []any:
		out := make([]any, 0, min(len(v), maxItems))
		for _, inner := range v[:min(len(v), maxItems)] {
			out = append(out, keptOf(name, inner, deep+1))
		}
		if len(v) > maxItems {
			out = append(out, fmt.Sprintf("[and %d more]", len(v)-maxItems))
		}
		return out
	case string:
		return keptText(name, v)
	case json.Number:
		return keptText(name, v.String())
	}
	return value // null, true, false
}

func keptText(name, value string) string {
	if keptNames[strings.ToLower(name)] && keptValue.MatchString(value) {
		return value
	}
	return fmt.Sprintf("[not kept: length %d]", len(value))
}

func bounded(text string) string {
	if len(text) <= maxKept {
		return text
	}
	return strings.ToValidUTF8(text[:maxKept], "") + "\n[cut off]"
}
