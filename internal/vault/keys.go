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

// Setting is the environment variable that holds the keys.
const Setting = "TOWPATH_TOKEN_KEY"

// HowToMake says how a key is made.
const HowToMake = "make one with `openssl rand -base64 32` and set " + Setting + " to it, the same for every process"

// Errors of what can't be opened. Nothing is lost by them: the row stays as it is.
var (
	ErrOtherKey = errors.New("the account's tokens were sealed with a key that " + Setting + " does not have: set it to that key, or put it behind the new one with a comma between")
	ErrTampered = errors.New("the account's tokens in the store were changed by somebody else: restore the row, or give the account a new refresh token")
)

const (
	keyBytes = 32 // AES-256
	idBytes  = 4  // of a key's digest, in front of what it sealed
)

// Keys seal tokens and open them: the first seals, every one opens. So a key is replaced by putting the new one in
// front; the old one can go when every grant was rotated once.
type Keys []key

type key struct {
	id   [idBytes]byte
	aead cipher.AEAD
}

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
		keys = append(keys, key{id: [idBytes]byte(digest[:idBytes]), aead: aead})
	}
	return keys, nil
}

// NewKey makes a key as ParseKeys reads it.
func NewKey() string {
	raw := make([]byte, keyBytes)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	return base64.StdEncoding.EncodeToString(raw)
}

// Seal encrypts and authenticates a text for one version of one account's grant (AES-256-GCM). The answer is base64.
func (k Keys) Seal(text []byte, account string, version int64) string {
	first := k[0]
	nonce := make([]byte, first.aead.NonceSize())
	_, _ = rand.Read(nonce)
	sealed := append(first.id[:], nonce...)
	return base64.StdEncoding.EncodeToString(first.aead.Seal(sealed, nonce, text, about(account, version)))
}

// Open is the reverse of Seal: ErrOtherKey, or ErrTampered when anything was changed, the account or version included.
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

// about is what is authenticated beside the text: an old version, or another account's, does not pass for it.
func about(account string, version int64) []byte {
	return binary.BigEndian.AppendUint64([]byte("towpath grant\x00"+account+"\x00"), uint64(version))
}
