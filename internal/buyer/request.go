package buyer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Topic is the topic of a request about buyers' data that Shopify sends to every app (X-Shopify-Topic).
// Source: https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
type Topic string

// The topics.
const (
	DataRequest     Topic = "customers/data_request" // what is held of a buyer
	CustomersRedact Topic = "customers/redact"       // to forget a buyer
	ShopRedact      Topic = "shop/redact"            // to forget all buyers of a shop, 48 hours after it removed the app
)

// Topics returns the topics.
func Topics() []Topic { return []Topic{DataRequest, CustomersRedact, ShopRedact} }

// Request is such a request, in the form of the webhook's body.
type Request struct {
	Topic  Topic // it is in the webhook's header
	Shop   string
	Number int64    // of a data request
	Orders []string // Shopify's ids of the orders that it names
	Email  string   // of the buyer; empty: not known
	Phone  string   // likewise
}

// ErrRequest means that a text is no request of its topic.
var ErrRequest = errors.New("this is not the body of Shopify's webhook")

// Limits of a request.
const (
	maxRequest       = 1 << 20 // bytes
	maxRequestOrders = 10_000
)

// wireRequest has the fields of all topics.
type wireRequest struct {
	ShopID     int64  `json:"shop_id"`
	ShopDomain string `json:"shop_domain"`
	Customer   *struct {
		ID    int64  `json:"id"`
		Email string `json:"email"`
		Phone string `json:"phone"`
	} `json:"customer"`
	ToRedact    []int64 `json:"orders_to_redact"`
	Requested   []int64 `json:"orders_requested"`
	DataRequest *struct {
		ID int64 `json:"id"`
	} `json:"data_request"`
}

// ParseRequest reads the body of a webhook with a topic. A field that Shopify does not publish is refused: what can't be understood
// must not remove anything. Its error, ErrRequest, repeats nothing of the buyer.
func ParseRequest(topic Topic, in io.Reader) (Request, error) {
	body, err := io.ReadAll(io.LimitReader(in, maxRequest+1))
	if err != nil {
		return Request{}, fmt.Errorf("read the request: %w", err)
	}
	if len(body) > maxRequest {
		return Request{}, fmt.Errorf("%w: it is longer than 1 MiB", ErrRequest)
	}
	var w wireRequest
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return Request{}, fmt.Errorf("%w: %s", ErrRequest, mistakeIn(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Request{}, fmt.Errorf("%w: something follows it", ErrRequest)
	}
	if wrong := w.wrong(topic); wrong != "" {
		return Request{}, fmt.Errorf("%w %s: %s", ErrRequest, topic, wrong)
	}
	return w.request(topic), nil
}

// mistakeIn describes an error of the decoder without values.
func mistakeIn(err error) string {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return fmt.Sprintf("%s is not %s", kind.Field, kind.Type)
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		return strings.TrimPrefix(err.Error(), "json: ")
	}
	return "it is no JSON object"
}

// wrong returns what does not fit the topic; empty if all does.
func (w wireRequest) wrong(topic Topic) string {
	orders := append(append([]int64(nil), w.ToRedact...), w.Requested...)
	for _, id := range orders {
		if id <= 0 {
			return "an order's id is not above 0"
		}
	}
	switch {
	case strings.TrimSpace(w.ShopDomain) == "":
		return "shop_domain is missing"
	case len(orders) > maxRequestOrders:
		return fmt.Sprintf("it names more than %d orders", maxRequestOrders)
	case topic == ShopRedact && (w.Customer != nil || len(orders) > 0 || w.DataRequest != nil):
		return "it names a customer or orders, which is another topic"
	case topic == ShopRedact:
		return ""
	case topic != CustomersRedact && topic != DataRequest:
		return fmt.Sprintf("there is no such topic; want one of %v", Topics())
	case w.Customer == nil:
		return "customer is missing"
	case topic == CustomersRedact && (len(w.Requested) > 0 || w.DataRequest != nil):
		return "it asks for data, which is the topic " + string(DataRequest)
	case topic == DataRequest && len(w.ToRedact) > 0:
		return "it asks to redact orders, which is the topic " + string(CustomersRedact)
	}
	return ""
}

func (w wireRequest) request(topic Topic) Request {
	r := Request{Topic: topic, Shop: strings.ToLower(strings.TrimSpace(w.ShopDomain))}
	if w.Customer != nil {
		r.Email, r.Phone = strings.TrimSpace(w.Customer.Email), strings.TrimSpace(w.Customer.Phone)
	}
	if w.DataRequest != nil {
		r.Number = w.DataRequest.ID
	}
	for _, list := range [][]int64{w.ToRedact, w.Requested} {
		for _, id := range list {
			r.Orders = append(r.Orders, fmt.Sprintf("gid://shopify/Order/%d", id))
		}
	}
	return r
}
