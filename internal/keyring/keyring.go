// Package keyring encrypts texts with keys from the environment: the first key encrypts, every one decrypts, so that a
// key can be replaced without a moment in which something can't be read (AES-256-GCM).
package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// PublicKey is the key in docker-compose.yml, which everybody knows: it is for simulated accounts only.
const PublicKey = "c2ltdWxhdGVkIG1hcmtldHBsYWNlcyBvbmx5IGtleSE="

// Errors of texts that can't be decrypted.
var (
	ErrOtherKey = errors.New("sealed with a key that is not there")
	ErrTampered = errors.New("changed by somebody else")
)

const (
	keyBytes = 32 // AES-256
	idBytes  = 4  // of a key's digest, in front of what it sealed
)

// Ring has one or more keys. To replace a key, put the new one in front; remove the old one when everything was sealed
// anew.
type Ring []key

type key struct {
	id     [idBytes]byte
	aead   cipher.AEAD
	public bool
}

// HowToMake explains how to make the keys of an environment variable.
func HowToMake(setting string) string {
	return "make one with `openssl rand -base64 32` and set " + setting + " to it, the same for every process"
}

// Parse reads the keys of an environment variable: 32 bytes each, in base64, with commas between. Its error never
// repeats a key.
func Parse(setting, text string) (Ring, error) {
	var ring Ring
	for n, word := range strings.Split(text, ",") {
		word = strings.TrimSpace(word)
		raw, err := base64.StdEncoding.DecodeString(word)
		if err != nil || len(raw) != keyBytes {
			return nil, fmt.Errorf("%s: key %d is not 32 bytes in base64: %s", setting, n+1, HowToMake(setting))
		}
		block, err := aes.NewCipher(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: key %d: %w", setting, n+1, err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, fmt.Errorf("%s: key %d: %w", setting, n+1, err)
		}
		digest := sha256.Sum256(raw)
		ring = append(ring, key{id: [idBytes]byte(digest[:idBytes]), aead: aead, public: word == PublicKey})
	}
	return ring, nil
}

// New returns a new key in the form of Parse.
func New() string {
	raw := make([]byte, keyBytes)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	return base64.StdEncoding.EncodeToString(raw)
}

// Public reports whether the key that encrypts is PublicKey. Behind another key it only decrypts what an earlier start
// has encrypted.
func (r Ring) Public() bool { return r[0].public }

// Seal encrypts and authenticates a text. about is authenticated with it: Open must be given the same.
func (r Ring) Seal(text, about []byte) []byte {
	first := r[0]
	nonce := make([]byte, first.aead.NonceSize())
	_, _ = rand.Read(nonce)
	return first.aead.Seal(append(first.id[:], nonce...), nonce, text, about)
}

// Open reverses Seal. Errors: ErrOtherKey, or ErrTampered when anything was changed, about included.
func (r Ring) Open(sealed, about []byte) ([]byte, error) {
	if len(sealed) < idBytes {
		return nil, ErrTampered
	}
	for _, key := range r {
		if key.id != [idBytes]byte(sealed) {
			continue
		}
		body := sealed[idBytes:]
		if len(body) < key.aead.NonceSize() {
			return nil, ErrTampered
		}
		text, err := key.aead.Open(nil, body[:key.aead.NonceSize()], body[key.aead.NonceSize():], about)
		if err != nil {
			return nil, ErrTampered
		}
		return text, nil
	}
	return nil, ErrOtherKey
}

// Sealed reports whether the first key sealed a text: after a key was replaced, other texts are to be sealed anew.
func (r Ring) Sealed(sealed []byte) bool {
	return len(sealed) >= idBytes && [idBytes]byte(sealed) == r[0].id
}

// ForSimulations returns the ring of PublicKey, for simulated accounts and tests.
func ForSimulations() Ring {
	ring, err := Parse("", PublicKey)
	if err != nil {
		panic(err) // the constant is a key, which every test shows
	}
	return ring
}
