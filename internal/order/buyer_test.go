package order_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

func TestAMaskedBuyerIsNobodyInParticular(t *testing.T) {
	t.Parallel()
	for want, b := range map[string]order.Buyer{
		"A. L., ZZ…, GB":                     {Name: "Ada Larkmoor", Email: "a@b.example", Phone: "1", Line1: "1 Lock Lane", City: "Netherlock", PostalCode: "ZZ1 1ZZ", CountryCode: "GB"},
		"Ö. d. l., 10…, DE":                  {Name: " Ö de la Cruz y Vega", PostalCode: "10115", CountryCode: "DE"},
		"GB":                                 {PostalCode: "Z", CountryCode: "GB"},
		"":                                   {},
		"A., has a note":                     {Name: "Ada", Note: "Ring twice"},
		"A., has a note, has a gift message": {Name: "Ada", LineNotes: []order.LineNote{{LineID: "1", Text: "gift wrap: PREMIUM"}, {LineID: "2", Gift: "Yours, Bob"}}},
		"has a note":                         {Note: "Ring twice"},
	} {
		require.Equal(t, want, b.Masked())
	}
}

func TestWhoseDataIsSaved(t *testing.T) {
	t.Parallel()
	var none *order.KnownBuyer
	require.True(t, none.Saved(order.AwaitingPayment))
	require.True(t, none.Saved(order.Processed))
	require.True(t, none.Saved(order.Deleted), "it may be restored, and then it needs a label")
	for _, state := range []order.State{order.Completed, order.Cancelled, order.Skipped} {
		require.False(t, none.Saved(state), "%s: it was over when it was first seen", state)
		require.True(t, (&order.KnownBuyer{}).Saved(state), "%s: the address may have been corrected", state)
	}
	require.False(t, (&order.KnownBuyer{Forgotten: true}).Saved(order.Open))
}

func TestNotesAreBounded(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Ring twice\nsecond door", order.NoteOf(" Ring twice\n", "", "second door"))
	require.Empty(t, order.NoteOf("", " "))
	long := order.NoteOf(strings.Repeat("ö", order.MaxNote), "x")
	require.Equal(t, order.MaxNote, utf8.RuneCountInString(long))
	require.True(t, strings.HasSuffix(long, "ö…"))
}

// A buyer of whom only the country is left was forgotten.
func TestWhatIsKnownOfABuyer(t *testing.T) {
	t.Parallel()
	require.False(t, order.Buyer{CountryCode: "GB"}.Known())
	for _, b := range []order.Buyer{{Note: "x"}, {LineNotes: []order.LineNote{{LineID: "1", Gift: "x"}}}, {Email: "a@b.example"}, {City: "Hull"}} {
		require.True(t, b.Known(), b)
	}
	require.False(t, order.Buyer{CountryCode: "GB", Email: "a@b.example", Note: "x"}.Placed())
	require.True(t, order.Buyer{PostalCode: "ZZ1"}.Placed())
	b := order.Buyer{LineNotes: []order.LineNote{{LineID: "2", Gift: "Yours, Bob"}}}
	require.Equal(t, "Yours, Bob", b.LineNote("2").Gift)
	require.Equal(t, order.LineNote{LineID: "1"}, b.LineNote("1"))
}

// Whoever has the store's hashes of orders can't try out whose they are.
func TestAnOrdersDigestDoesNotTellWhoBought(t *testing.T) {
	t.Parallel()
	whole := func(word string) order.Snapshot {
		b := order.Buyer{CountryCode: "GB", LineNotes: []order.LineNote{{LineID: "1", Gift: word, Text: word}}}
		for _, part := range []*string{&b.Name, &b.Email, &b.Phone, &b.Line1, &b.Line2, &b.City, &b.Region, &b.PostalCode, &b.Note} {
			*part = word
		}
		return order.Snapshot{ID: "1", Buyer: &b}
	}
	ada, bob := whole("Ada"), whole("Bob")
	require.Equal(t, ada.Digest(""), bob.Digest(""))
	require.Equal(t, "Ada", ada.Buyer.Name, "the snapshot itself is not changed")
	seen := map[string]bool{ada.Digest(""): true}
	for _, s := range []order.Snapshot{{ID: "1"}, {ID: "1", Buyer: &order.Buyer{CountryCode: "GB"}}, {ID: "1", Buyer: &order.Buyer{CountryCode: "GB", City: "Hull"}}} {
		require.False(t, seen[s.Digest("")], "what has become known is news: %v", s.Buyer)
		seen[s.Digest("")] = true
	}
	text, err := json.Marshal(ada.Buyer)
	require.NoError(t, err)
	require.Equal(t, 11, strings.Count(string(text), `"Ada"`), "a field of Buyer that this test and its outline do not know")
	require.Equal(t, 11, reflect.TypeFor[order.Buyer]().NumField())
}
