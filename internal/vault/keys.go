package vault

import (
	"encoding/base64"
	"encoding/binary"
	"errors"

	"github.com/towpath/towpath/internal/keyring"
)

// Setting is the environment variable with the keys.
const Setting = "TOWPATH_TOKEN_KEY"

// ErrPublic means that tokens of an account that is not simulated would be encrypted with keyring.PublicKey.
var ErrPublic = errors.New(Setting + " is the key of docker-compose.yml, which is public and only for simulated accounts: " + keyring.HowToMake(Setting))

// Errors of tokens that can't be decrypted. Nothing is lost: the row stays unchanged.
var (
	ErrOtherKey = errors.New("the account's tokens were encrypted with a key that " + Setting + " does not have: set it to that key, or put it behind the new one with a comma between")
	ErrTampered = errors.New("the account's tokens in the store were changed by somebody else: restore the row, or give the account a new refresh token")
)

// Keys encrypt and decrypt tokens: the first encrypts, every one decrypts. To replace a key, put the new one in
// front; remove the old one when every grant was rotated once.
type Keys struct{ ring keyring.Ring }

// ParseKeys reads keys: 32 bytes each, in base64, with commas between. Its error never repeats a key.
func ParseKeys(text string) (Keys, error) {
	ring, err := keyring.Parse(Setting, text)
	return Keys{ring}, err
}

// Public reports whether the key that encrypts is keyring.PublicKey.
func (k Keys) Public() bool { return k.ring.Public() }

// Seal encrypts and authenticates a text for one version of one account's grant (AES-256-GCM). The result is base64.
func (k Keys) Seal(text []byte, account string, version int64) string {
	return base64.StdEncoding.EncodeToString(k.ring.Seal(text, about(account, version)))
}

// Open reverses Seal. Errors: ErrOtherKey, or ErrTampered when anything was changed, including account or version.
func (k Keys) Open(sealed, account string, version int64) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, ErrTampered
	}
	text, err := k.ring.Open(raw, about(account, version))
	switch {
	case errors.Is(err, keyring.ErrOtherKey):
		return nil, ErrOtherKey
	case err != nil:
		return nil, ErrTampered
	}
	return text, nil
}

// about returns what is authenticated with the text, so that an old version's or another account's text is refused.
func about(account string, version int64) []byte {
	return binary.BigEndian.AppendUint64([]byte("towpath grant\x00"+account+"\x00"), uint64(version))
}
