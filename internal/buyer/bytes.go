package buyer

import (
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
)

// SealBytes encrypts an order that could not be read, under a new key. about is what it belongs to; OpenBytes must be given the same. It
// has no hashes: nobody is found by it.
func (s *Sealer) SealBytes(body []byte, about string) (Sealed, error) {
	w := &wrapper{ring: s.ring}
	sealed, err := aead.NewKMSEnvelopeAEAD2(aead.AES256GCMKeyTemplate(), w).Encrypt(body, []byte(about))
	if err != nil {
		return Sealed{}, fmt.Errorf("seal an order: %w", err)
	}
	return Sealed{Key: w.key, Text: base64.StdEncoding.EncodeToString(sealed)}, nil
}

// OpenBytes decrypts what SealBytes encrypted. Errors: ErrGone if the key has no wrapped form, ErrOtherKey, ErrTampered.
func (s *Sealer) OpenBytes(text string, key Key, about string) ([]byte, error) {
	if key.Wrapped == "" {
		return nil, ErrGone
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, ErrTampered
	}
	w := &wrapper{ring: s.ring, key: key}
	plain, err := aead.NewKMSEnvelopeAEAD2(aead.AES256GCMKeyTemplate(), w).Decrypt(raw, []byte(about))
	switch {
	case errors.Is(w.err, ErrOtherKey):
		return nil, ErrOtherKey
	case err != nil:
		return nil, ErrTampered
	}
	return plain, nil
}

// Digest returns a keyed hash of an order's bytes: the same order has the same one, and nothing can be learned from it.
func (s *Sealer) Digest(body []byte) string { return s.mac("order", string(body)) }
