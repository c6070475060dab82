package channel

import (
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
)

// MaxAside is the greatest length of an order that is kept when it can't be read, in bytes. Orders of a few hundred lines are shorter;
// of a longer one it is said that it was not kept.
const MaxAside = 256 << 10

// CodeOrderUnreadable is the code of the fault of an order that can't be read.
const CodeOrderUnreadable = "ORDER_UNREADABLE"

// OrderError is an order that is set aside: it can't be read, or a further call that it needs failed. The other orders of its page are
// not affected. It is also the error of Order and Decode for an order that can't be read.
type OrderError struct {
	ID         string    // the channel's order id; empty when that can't be read either
	UpdatedAt  time.Time // when the channel last changed it; zero when that can't be read
	Fault      *Fault    // never has anything of the order's values
	Body       []byte    // the order as the channel sent it, which names the buyer; nil when it is longer than MaxAside
	Size       int       // of the order, in bytes
	Unfinished bool      // a further call failed: the same order is asked for again
	Site       string    // the channel's site on which it was listed; empty: the channel has one, or it can't be read
}

// Error returns the fault's text, which is safe to log.
func (e *OrderError) Error() string { return e.Fault.Error() }

// Unwrap returns the fault.
func (e *OrderError) Unwrap() error { return e.Fault }

// NewOrderError returns the error of an order that can't be read. body is the order as the channel sent it. why says where it is not
// what it should be, without any value of it; may be empty.
func NewOrderError(operation, requestID string, body []byte, id string, updated time.Time, why string) *OrderError {
	e := setAside(body, id, updated)
	words := fmt.Sprintf("an order of %d bytes, which is kept encrypted because it may name buyers", e.Size)
	if e.Body == nil {
		words = fmt.Sprintf("an order of %d bytes, more than the %d that are kept, which is not kept", e.Size, MaxAside)
	}
	if why != "" {
		words += "; " + why
	}
	e.Fault = Refusal(Unknown, operation, CodeOrderUnreadable, words)
	e.Fault.RequestID = requestID
	return e
}

// Unfinished returns the error of an order of which a further call failed.
func Unfinished(f *Fault, body []byte, id string, updated time.Time) *OrderError {
	e := setAside(body, id, updated)
	e.Fault, e.Unfinished = f.Again(), true
	return e
}

func setAside(body []byte, id string, updated time.Time) *OrderError {
	e := &OrderError{ID: id, UpdatedAt: updated.UTC(), Size: len(body)}
	if len(body) <= MaxAside {
		e.Body = body
	}
	return e
}

// AsOrderError returns the order that an error sets aside; nil if it is another error.
func AsOrderError(err error) *OrderError {
	var e *OrderError
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// unusableError says what an order lacks, without any value of it.
type unusableError string

func (e unusableError) Error() string { return string(e) }

// Unusable returns an error for an order that lacks what it needs to be saved. The text becomes part of a fault, so it must not have
// any value of the order.
func Unusable(format string, args ...any) error { return unusableError(fmt.Sprintf(format, args...)) }

// Saveable returns an error made by Unusable if a snapshot can't be saved.
func Saveable(o order.Snapshot) error {
	if why := o.Unusable(); why != "" {
		return Unusable("%s", why)
	}
	if len(o.Lines) == 0 && o.Fulfilment != order.FulfilmentCancelled {
		return Unusable("it has no lines")
	}
	return nil
}

// WhyUnusable returns the text of an error made by Unusable; empty for any other.
func WhyUnusable(err error) string {
	var e unusableError
	if errors.As(err, &e) {
		return string(e)
	}
	return ""
}
