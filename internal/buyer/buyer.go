// Package buyer encrypts what is known of a buyer: each order's record under a key of its own, which is itself
// encrypted ("wrapped") with the key of the environment and kept elsewhere than the record. Who deletes the wrapped key
// has deleted the record, in every backup too. Amazon's Data Protection Policy asks for encryption at rest with keys
// that are kept apart (https://sellercentral.amazon.com/mws/static/policy?documentType=DPP).
package buyer

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"

	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/order"
)

// Setting is the environment variable with the keys that wrap.
const Setting = "TOWPATH_BUYER_KEY"

// Errors of records.
var (
	// ErrNoKey means that no key is set, so that nothing of a buyer can be saved or read.
	ErrNoKey = errors.New(Setting + " is not set, with which buyers' names and addresses are encrypted: " + keyring.HowToMake(Setting))
	// ErrGone means that a record's key does not exist any more: nobody can read the record.
	ErrGone = errors.New("the buyer was forgotten: the key of the record does not exist any more")
	// ErrOtherKey means that the record's key was wrapped with a key that is not set.
	ErrOtherKey = errors.New("the buyer's key was wrapped with a key that " + Setting + " does not have: set it to that key, or put it behind the new one with a comma between")
	// ErrTampered means that somebody else changed the record or its key.
	ErrTampered = errors.New("the buyer's record or its key was changed by somebody else: restore both")
	// ErrPublic means that the key is the one of docker-compose.yml, for an account that is not simulated.
	ErrPublic = errors.New(Setting + " is the key of docker-compose.yml, which is public and only for simulated accounts: " + keyring.HowToMake(Setting))
)

// idBytes is the length of a record key's id.
const idBytes = 16

// Key is the key of one record, wrapped. ID is random and is in the record too.
type Key struct {
	ID      string // hexadecimal
	Wrapped string // base64
}

// Sealed is an encrypted record.
type Sealed struct {
	Key    Key
	Text   string // base64
	Hashes Hashes
}

// Sealer seals and opens records. It is safe for concurrent use.
type Sealer struct {
	ring   keyring.Ring
	search []byte // the key of hashes
}

// NewSealer returns a sealer. search is the key of hashes, see NewSearchKey and OpenSearchKey.
func NewSealer(ring keyring.Ring, search []byte) *Sealer { return &Sealer{ring: ring, search: search} }

// SearchID is the id of the key of hashes.
const SearchID = "search"

// NewSearchKey returns a new key of hashes, wrapped. One store has one for all time: hashes under another key differ.
func NewSearchKey(ring keyring.Ring) (wrapped string) {
	raw := make([]byte, sha256.Size)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	return base64.StdEncoding.EncodeToString(ring.Seal(raw, []byte(SearchID)))
}

// OpenSearchKey reverses NewSearchKey. Errors: ErrOtherKey, ErrTampered.
func OpenSearchKey(ring keyring.Ring, wrapped string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(wrapped)
	if err != nil {
		return nil, ErrTampered
	}
	search, err := ring.Open(raw, []byte(SearchID))
	return search, ours(err)
}

// ours returns the package's error for one of the ring's.
func ours(err error) error {
	switch {
	case errors.Is(err, keyring.ErrOtherKey):
		return ErrOtherKey
	case err != nil:
		return ErrTampered
	}
	return nil
}

// Seal encrypts a record under a new key. about is the order that it belongs to; Open must be given the same.
func (s *Sealer) Seal(b order.Buyer, about string) (Sealed, error) {
	text, err := json.Marshal(b)
	if err != nil {
		return Sealed{}, fmt.Errorf("write a buyer's record: %w", err)
	}
	w := &wrapper{ring: s.ring}
	sealed, err := aead.NewKMSEnvelopeAEAD2(aead.AES256GCMKeyTemplate(), w).Encrypt(text, []byte(about))
	if err != nil {
		return Sealed{}, fmt.Errorf("seal a buyer's record: %w", err)
	}
	return Sealed{Key: w.key, Text: base64.StdEncoding.EncodeToString(sealed), Hashes: s.Hashes(b)}, nil
}

// Open decrypts a record with its key. Errors: ErrGone if the key has no wrapped form, ErrOtherKey, ErrTampered.
func (s *Sealer) Open(text string, key Key, about string) (order.Buyer, error) {
	var b order.Buyer
	if key.Wrapped == "" {
		return b, ErrGone
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return b, ErrTampered
	}
	w := &wrapper{ring: s.ring, key: key}
	plain, err := aead.NewKMSEnvelopeAEAD2(aead.AES256GCMKeyTemplate(), w).Decrypt(raw, []byte(about))
	switch {
	case errors.Is(w.err, ErrOtherKey):
		return b, ErrOtherKey
	case err != nil, json.Unmarshal(plain, &b) != nil:
		return order.Buyer{}, ErrTampered
	}
	return b, nil
}

// Rewrap returns the key wrapped with the first key of the environment; changed is false if it is already.
func (s *Sealer) Rewrap(key Key) (_ Key, changed bool, err error) {
	raw, err := base64.StdEncoding.DecodeString(key.Wrapped)
	if err != nil {
		return key, false, ErrTampered
	}
	if s.ring.Sealed(raw) {
		return key, false, nil
	}
	plain, err := s.ring.Open(raw, []byte(key.ID))
	if err != nil {
		return key, false, ours(err)
	}
	key.Wrapped = base64.StdEncoding.EncodeToString(s.ring.Seal(plain, []byte(key.ID)))
	return key, true, nil
}

// wrapper is the key service of the envelope: what the envelope holds in place of the wrapped key is the key's id, so
// that the wrapped key itself can be kept elsewhere.
type wrapper struct {
	ring keyring.Ring
	key  Key
	err  error // why Decrypt failed
}

// Encrypt wraps a record's key and returns its id.
func (w *wrapper) Encrypt(plain, _ []byte) ([]byte, error) {
	id := make([]byte, idBytes)
	_, _ = rand.Read(id) // never fails (crypto/rand)
	w.key.ID = hex.EncodeToString(id)
	w.key.Wrapped = base64.StdEncoding.EncodeToString(w.ring.Seal(plain, []byte(w.key.ID)))
	return id, nil
}

// Decrypt returns the record's key of an id, which must be the one that was read.
func (w *wrapper) Decrypt(id, _ []byte) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(w.key.Wrapped)
	if err != nil || hex.EncodeToString(id) != w.key.ID {
		w.err = ErrTampered
		return nil, w.err
	}
	plain, err := w.ring.Open(raw, []byte(w.key.ID))
	w.err = ours(err)
	return plain, w.err
}

// mac returns a keyed hash of a text.
func (s *Sealer) mac(kind, text string) string {
	h := hmac.New(sha256.New, s.search)
	h.Write([]byte(kind + "\x00" + text))
	const enough = 16 // bytes: two of a million million buyers are unlikely to share one
	return base64.RawStdEncoding.EncodeToString(h.Sum(nil)[:enough])
}
