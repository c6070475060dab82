package starter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/orders"
)

// longestNote is of a note about an order, in characters.
const longestNote = 1000

// Note notes something about an order, for whoever looks at it or packs it. The same text counts once. by is who does it.
func (s *Starter) Note(ctx context.Context, row orders.OrderRow, by, text string) error {
	text = strings.TrimSpace(text)
	switch {
	case strings.TrimSpace(by) == "":
		return &UsageError{Problem: "nobody is named who notes it"}
	case text == "":
		return &UsageError{Problem: "the note is empty"}
	case utf8.RuneCountInString(text) > longestNote:
		return &UsageError{Problem: fmt.Sprintf("the note has %d characters, at most %d are kept", utf8.RuneCountInString(text), longestNote)}
	}
	err := s.Store.Buyers.AddNote(ctx, row.Key.RowID, by, text)
	if errors.Is(err, buyers.ErrForgotten) {
		return &RefusedError{Reason: fmt.Sprintf("the buyer of order %s was forgotten: nothing more is noted about it", row.Reference)}
	}
	if err != nil {
		return fmt.Errorf("note about order %s: %w", row.Reference, err)
	}
	return nil
}

// NotesOf returns the notes about an order, or why they can't be read.
func (s *Starter) NotesOf(ctx context.Context, rowID int64) (notes []buyers.Note, unreadable string, err error) {
	found, err := s.Store.Buyers.Notes(ctx, []int64{rowID})
	for _, why := range []error{buyer.ErrNoKey, buyer.ErrOtherKey, buyer.ErrTampered} {
		if errors.Is(err, why) { // all else of the order is shown
			return nil, "can't be read: " + why.Error(), nil
		}
	}
	if err != nil {
		return nil, "", err
	}
	return found[rowID], "", nil
}
