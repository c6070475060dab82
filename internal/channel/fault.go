package channel

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Class is the kind of a failure. Policies decide by it whether to try again.
type Class string

// The classes of faults.
const (
	Network     Class = "network"     // the connection broke or was never made
	Timeout     Class = "timeout"     // no answer in time; the call may have been carried out
	Throttled   Class = "throttled"   // the channel's budget is used up
	Unavailable Class = "unavailable" // the channel has a problem of its own (5xx)
	Auth        Class = "auth"        // the grant is gone; a person must renew it
	Config      Class = "config"      // the account's or the listing's settings forbid the call
	Invalid     Class = "invalid"     // the channel refuses the data
	Limit       Class = "limit"       // a selling or listing limit is reached
	Missing     Class = "missing"     // the thing does not exist on the channel
	Conflict    Class = "conflict"    // the thing changed meanwhile; read it again
	Unknown     Class = "unknown"     // not in the catalogue; shown raw and counted as a gap
)

// Classes lists every class.
func Classes() []Class {
	return []Class{Network, Timeout, Throttled, Unavailable, Auth, Config, Invalid, Limit, Missing, Conflict, Unknown}
}

// OverBudget reports whether the channel refused a call because there were too many.
func (c Class) OverBudget() bool { return c == Throttled }

// Known reports whether the class is one of Classes.
func (c Class) Known() bool { return slices.Contains(Classes(), c) }

// Fault is a classified failure of one call. Its Error text is safe to log. The channel's own words may repeat a
// buyer's data, so they are only in Raw, and only the store keeps them.
type Fault struct {
	ID         string        `json:"id"`                   // unique; the key of the store row that has the raw words
	Class      Class         `json:"class"`                //
	Code       string        `json:"code,omitempty"`       // the channel's code: QuotaExceeded, 25001, THROTTLED
	Status     int           `json:"status,omitempty"`     // HTTP status, 0 when no answer came
	Operation  string        `json:"operation"`            // e.g. confirmShipment
	RequestID  string        `json:"requestId,omitempty"`  // the channel's request id, for its support
	RetryAfter time.Duration `json:"retryAfter,omitempty"` // wait that the channel asked for; 0 = none given
	Ambiguous  bool          `json:"ambiguous,omitempty"`  // the call may have succeeded although it failed here
	Hit        Hit           `json:"-"`                    // what it hit; only the store keeps it
	Raw        string        `json:"-"`                    // the channel's words, at most MaxRaw bytes; of a read of orders only their length and place of a mistake
}

// Hit is what a fault hit, as far as its call concerned one thing, and the calls that made it. It holds no personal data.
type Hit struct {
	RunID     string
	OrderID   int64    // row id in the store; 0: no single order
	PackageID string   //
	SKU       string   // the channel's
	Calls     []CallID // where several calls made it, as of a feed: the one that created it, and the one that told its outcome
}

// CallID names one call for the channel's support.
type CallID struct {
	Operation string `json:"operation"`
	RequestID string `json:"requestId"`
}

// Created notes that the fault is of something that an earlier call created, and which calls told so. The request id becomes
// the earlier call's, by which the channel's support finds what went wrong.
func (f *Fault) Created(requestID string) {
	if requestID == "" || requestID == f.RequestID {
		return
	}
	f.Hit.Calls = []CallID{{f.Operation, requestID}, {"its outcome", f.RequestID}}
	f.RequestID = requestID
}

// MaxRaw is the greatest length of a fault's raw words, in bytes.
const MaxRaw = 4096

// NewFault returns a classified failure with a new id. It cuts the raw words to MaxRaw bytes.
func NewFault(class Class, operation, raw string) *Fault {
	if len(raw) > MaxRaw {
		raw = raw[:MaxRaw]
	}
	return &Fault{ID: uuid.NewString(), Class: class, Operation: operation, Raw: raw}
}

// Refusal returns a fault that Towpath itself found, with a code of Towpath's own.
func Refusal(class Class, operation, code, words string) *Fault {
	f := NewFault(class, operation, words)
	f.Code = code
	return f
}

// Recorded reports whether there is a fault that can be recorded.
func (f *Fault) Recorded() bool { return f != nil && f.ID != "" }

// Again returns a copy of the fault with a new id, for another item of the same call: the store keeps one row per id.
func (f *Fault) Again() *Fault {
	other := *f
	other.ID = uuid.NewString()
	return &other
}

// Unsent returns a copy like Again for an item that was not sent because of the failure. It is not ambiguous.
func (f *Fault) Unsent() *Fault {
	other := f.Again()
	other.Ambiguous = false
	return other
}

// Error returns class, code, operation and fault id, never the channel's words.
func (f *Fault) Error() string {
	code := f.Code
	if code == "" && f.Status != 0 {
		code = fmt.Sprintf("HTTP %d", f.Status)
	}
	return fmt.Sprintf("%s: %s %s (fault %s)", f.Operation, f.Class, code, f.ID)
}

// Brief returns the fault's class, code and operation in a few words; empty for nil.
func (f *Fault) Brief() string {
	if f == nil {
		return ""
	}
	parts := []string{string(f.Class)}
	if f.Code != "" {
		parts = append(parts, f.Code)
	}
	if f.Status != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", f.Status))
	}
	text := strings.Join(parts, " ")
	if f.Operation != "" {
		text += " in " + f.Operation
	}
	return text
}

// Text returns Brief with the channel's request id. Neither contains the channel's own words.
func (f *Fault) Text() string {
	text := f.Brief()
	if f != nil && f.RequestID != "" {
		text += ", request id " + f.RequestID
	}
	return text
}

// Permanent reports whether the same call would fail again until somebody changes something. It is false for an
// ambiguous fault.
func (f *Fault) Permanent() bool {
	if f.Ambiguous {
		return false
	}
	switch f.Class {
	case Invalid, Missing, Limit, Config:
		return true
	case Network, Timeout, Throttled, Unavailable, Auth, Conflict, Unknown:
	}
	return false
}

// Forbids reports whether the channel refused the account such calls, whatever they are about: a role, a scope or a setting of the account is
// missing there, or the shop is closed.
func (f *Fault) Forbids() bool {
	if f.Class != Config {
		return false
	}
	switch f.Status {
	case unauthorized, paymentRequired, forbidden, locked:
		return true
	}
	return f.Code == "ACCESS_DENIED" || f.Code == "SHOP_INACTIVE"
}

// The HTTP statuses (RFC 9110, RFC 4918) with which channels refuse an account, not a thing.
const (
	unauthorized    = 401
	paymentRequired = 402 // a frozen shop
	forbidden       = 403
	locked          = 423
)

// AsFault returns the fault in an error's chain. An error without one becomes an Unknown fault of the operation; a
// nil error returns nil.
func AsFault(err error, operation string) *Fault {
	if err == nil {
		return nil
	}
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return NewFault(Unknown, operation, err.Error())
}
