package buyer_test

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/order"
)

var ada = order.Buyer{Name: "Ada Larkmoor", Email: "Ada@Example.com ", Phone: "+44 (0)1632 960 001", Line1: "1 Lock Lane", City: "Netherlock",
	PostalCode: "zz1 1zz", CountryCode: "GB"}

func ring(t testing.TB, text string) keyring.Ring {
	t.Helper()
	r, err := keyring.Parse(buyer.Setting, text)
	require.NoError(t, err)
	return r
}

func sealer(t testing.TB, r keyring.Ring) *buyer.Sealer {
	t.Helper()
	search, err := buyer.OpenSearchKey(r, buyer.NewSearchKey(r))
	require.NoError(t, err)
	return buyer.NewSealer(r, search)
}

func TestARecordOpensWithItsKeyForItsOrder(t *testing.T) {
	t.Parallel()
	s := sealer(t, ring(t, keyring.New()))
	sealed, err := s.Seal(ada, "ebay-uk 1")
	require.NoError(t, err)
	again, err := s.Seal(ada, "ebay-uk 1")
	require.NoError(t, err)
	require.NotEqual(t, sealed.Key, again.Key, "a key of its own")
	require.NotEqual(t, sealed.Text, again.Text)
	require.Equal(t, sealed.Hashes, again.Hashes)

	b, err := s.Open(sealed.Text, sealed.Key, "ebay-uk 1")
	require.NoError(t, err)
	require.Equal(t, ada, b)

	_, err = s.Open(sealed.Text, buyer.Key{ID: sealed.Key.ID}, "ebay-uk 1")
	require.ErrorIs(t, err, buyer.ErrGone, "the key was deleted")
	for name, open := range map[string]func() (order.Buyer, error){
		"another order":        func() (order.Buyer, error) { return s.Open(sealed.Text, sealed.Key, "ebay-uk 2") },
		"another record's key": func() (order.Buyer, error) { return s.Open(sealed.Text, again.Key, "ebay-uk 1") },
		"a key under its id": func() (order.Buyer, error) {
			return s.Open(sealed.Text, buyer.Key{ID: sealed.Key.ID, Wrapped: again.Key.Wrapped}, "ebay-uk 1")
		},
		"a text that is no one": func() (order.Buyer, error) { return s.Open("AAAA", sealed.Key, "ebay-uk 1") },
		"not base64":            func() (order.Buyer, error) { return s.Open("?", sealed.Key, "ebay-uk 1") },
	} {
		_, err := open()
		require.ErrorIs(t, err, buyer.ErrTampered, name)
	}
}

// The record without its key is of no use, not even to who knows the key of the environment: the wrapped key is not in it.
func TestTheRecordDoesNotHoldItsKey(t *testing.T) {
	t.Parallel()
	s := sealer(t, ring(t, keyring.New()))
	sealed, err := s.Seal(ada, "ebay-uk 1")
	require.NoError(t, err)
	text, err := base64.StdEncoding.DecodeString(sealed.Text)
	require.NoError(t, err)
	wrapped, err := base64.StdEncoding.DecodeString(sealed.Key.Wrapped)
	require.NoError(t, err)
	require.NotContains(t, string(text), string(wrapped[len(wrapped)-32:]))
	require.NotContains(t, string(text), "Ada")
}

func TestAKeyIsReplaced(t *testing.T) {
	t.Parallel()
	older, newer := keyring.New(), keyring.New()
	before := sealer(t, ring(t, older))
	sealed, err := before.Seal(ada, "o")
	require.NoError(t, err)
	_, err = sealer(t, ring(t, newer)).Open(sealed.Text, sealed.Key, "o")
	require.ErrorIs(t, err, buyer.ErrOtherKey)

	both := sealer(t, ring(t, newer+","+older))
	key, changed, err := both.Rewrap(sealed.Key)
	require.NoError(t, err)
	require.True(t, changed)
	_, changed, err = both.Rewrap(key)
	require.NoError(t, err)
	require.False(t, changed)
	b, err := sealer(t, ring(t, newer)).Open(sealed.Text, key, "o")
	require.NoError(t, err)
	require.Equal(t, ada, b)
}

func TestBuyersAreFoundByHowTheyAreUsuallyWritten(t *testing.T) {
	t.Parallel()
	r := ring(t, keyring.New())
	s := sealer(t, r)
	h := s.Hashes(ada)
	require.Equal(t, h.Email, s.Find("ada@example.COM").Email)
	require.Equal(t, h.Name, s.Find(" ada  larkmoor").Name)
	require.Equal(t, h.PostalCode, s.Find("ZZ11ZZ").PostalCode)
	require.Equal(t, h.Phone, s.Find("4401632960001").Phone)
	require.NotEqual(t, h.Email, sealer(t, r).Hashes(ada).Email, "under another key of hashes")
	require.Empty(t, s.Hashes(order.Buyer{}).Email, "nobody is found by what is not there")

	numbered := ada
	numbered.Email = "4401632960001@example.com"
	require.Empty(t, s.Find(numbered.Email).Phone, "who is forgotten by e-mail is nobody whose phone number has these digits")
	require.Empty(t, s.Find("Ada 4401632960001").Phone)

	moved := ada
	moved.Line2 = "Flat 2"
	require.NotEqual(t, h.Place, s.Hashes(moved).Place)
	called := ada
	called.Phone = "1"
	require.Equal(t, h.Place, s.Hashes(called).Place)
	require.NotEqual(t, h.Record, s.Hashes(called).Record)
}

func FuzzOpen(f *testing.F) {
	s := sealer(f, ring(f, keyring.New()))
	sealed, err := s.Seal(ada, "o")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed.Text, sealed.Key.ID, sealed.Key.Wrapped, "o")
	f.Add(sealed.Text, sealed.Key.ID, sealed.Key.Wrapped, "p")
	f.Add(sealed.Text[:20], "", "", "")
	f.Fuzz(func(t *testing.T, text, id, wrapped, about string) {
		b, err := s.Open(text, buyer.Key{ID: id, Wrapped: wrapped}, about)
		if err == nil {
			require.Equal(t, ada, b)
			require.Equal(t, "o", about)
		}
	})
}

// One address has one hash however it is written; nothing is guessed.
func TestAnAddressIsComparedWithoutHowItIsWritten(t *testing.T) {
	t.Parallel()
	s := buyer.NewSealer(nil, []byte("a key of hashes"))
	at := order.Buyer{Name: "Ann Bell", Line1: "12 High St", City: "Leeds", PostalCode: "LS1 4AP", CountryCode: "GB", Phone: "1"}
	hash := func(change func(*order.Buyer)) string {
		b := at
		change(&b)
		return s.Hashes(b).Address
	}
	want := hash(func(*order.Buyer) {})
	require.NotEmpty(t, want)
	require.NotEqual(t, want, buyer.NewSealer(nil, []byte("another key")).Hashes(at).Address)
	for name, same := range map[string]func(*order.Buyer){
		"capitals and spaces": func(b *order.Buyer) { b.Name, b.PostalCode = "ANN  bell ", "ls14ap" },
		"punctuation":         func(b *order.Buyer) { b.Line1 = "12, High St." },
		"another line":        func(b *order.Buyer) { b.Line1, b.Line2 = "12", "High St" },
		"phone":               func(b *order.Buyer) { b.Phone = "2" },
	} {
		require.Equal(t, want, hash(same), name)
	}
	for name, other := range map[string]func(*order.Buyer){
		"name": func(b *order.Buyer) { b.Name = "Bob Bell" }, "number": func(b *order.Buyer) { b.Line1 = "14 High St" },
		"abbreviation": func(b *order.Buyer) { b.Line1 = "12 High Street" }, "country": func(b *order.Buyer) { b.CountryCode = "IE" },
	} {
		require.NotEqual(t, want, hash(other), name)
	}
	require.Empty(t, hash(func(b *order.Buyer) { b.Line1 = "" }))
	require.Empty(t, hash(func(b *order.Buyer) { b.PostalCode = " " }))
}
