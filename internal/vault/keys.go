package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Setting is the environment variable with the keys.
const Setting = "TOWPATH_TOKEN_KEY"

// HowToMake explains how to make a key.
const HowToMake = "make one with `openssl rand -base64 32` and set " + Setting + " to it, the same for every process"

// PublicKey is the key in docker-compose.yml, which everybody knows: it is for simulated accounts only.
const PublicKey = "c2ltdWxhdGVkIG1hcmtldHBsYWNlcyBvbmx5IGtleSE="

// ErrPublic means that tokens of an account that is not simulated would be encrypted with PublicKey.
var ErrPublic = errors.New(Setting + " is the key of docker-compose.yml, which is public and only for simulated accounts: " + HowToMake)

// Errors of tokens that can't be decrypted. Nothing is lost: the row stays unchanged.
var (
	ErrOtherKey = errors.New("the account's tokens were encrypted with a key that " + Setting + " does not have: set it to that key, or put it behind the new one with a comma between")
	ErrTampered = errors.New("the account's tokens in the store were changed by somebody else: restore the row, or give the account a new refresh token")
)

const (
	keyBytes = 32 // AES-256
	idBytes  = 4  // of a key's digest, in front of what it sealed
)

// Keys encrypt and decrypt tokens: the first encrypts, every one decrypts. To replace a key, put the new one in
// front; remove the old one when every grant was rotated once.
type Keys []key

type key struct {
	id     [idBytes]byte
	aead   cipher.AEAD
	public bool
}

// Public reports whether the key that encrypts is PublicKey. Behind another key it only decrypts what an earlier start
// has encrypted.
func (k Keys) Public() bool { return k[0].public }

// ParseKeys reads keys: 32 bytes each, in base64, with commas between. Its error never repeats a key.
func ParseKeys(text string) (Keys, error) {
	var keys Keys
	for n, word := range strings.Split(text, ",") {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(word))
		if err != nil || len(raw) != keyBytes {
			return nil, fmt.Errorf("%s: key %d is not 32 bytes in base64: %s", Setting, n+1, HowToMake)
		}
		block, err := aes.NewCipher(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: key %d: %w", Setting, n+1, err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, fmt.Errorf("%s: key %d: %w", Setting, n+1, err)
		}
		digest := sha256.Sum256(raw)
		keys = append(keys, key{id: [idBytes]byte(digest[:idBytes]), aead: aead, public: strings.TrimSpace(word) == PublicKey})
	}
	return keys, nil
}

// NewKey returns a new key in the form of ParseKeys.
func NewKey() string {
	raw := make([]byte, keyBytes)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	return base64.StdEncoding.EncodeToString(raw)
}

// Seal encrypts and authenticates a text for one version of one account's grant (AES-256-GCM). The result is base64.
func (k Keys) Seal(text []byte, account string, version int64) string {
	first := k[0]
	nonce := make([]byte, first.aead.NonceSize())
	_, _ = rand.Read(nonce)
	sealed := append(first.id[:], nonce...)
	return base64.StdEncoding.EncodeToString(first.aead.Seal(sealed, nonce, text, about(account, version)))
}

// Open reverses Seal. Errors: ErrOtherKey, or ErrTampered when anything was changed, including account or version.
func (k Keys) Open(sealed, account string, version int64) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < idBytes {
		return nil, ErrTampered
	}
	for _, key := range k {
		if key.id != [idBytes]byte(raw) {
			continue
		}
		body := raw[idBytes:]
		if len(body) < key.aead.NonceSize() {
			return nil, ErrTampered
		}
		nonce, body := body[:key.aead.NonceSize()], body[key.aead.NonceSize():]
		text, err := key.aead.Open(nil, nonce, body, about(account, version))
		if err != nil {
			return nil, ErrTampered
		}
		return text, nil
	}
	return nil, ErrOtherKey
}

// about returns what is authenticated with the text, so that an old version's or another account's text is refused.
func about(account string, version int64) []byte {
	return binary.BigEndian.AppendUint64([]byte("towpath grant\x00"+account+"\x00"), uint64(version))
}
