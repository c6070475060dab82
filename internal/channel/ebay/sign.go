package ebay

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// signer signs calls. eBay wants signatures of calls that give money back for sellers in the EU and the UK, and ignores them on others
// (guide "Digital Signatures for APIs"; HTTP message signatures, draft 11 of what became RFC 9421). The application gets a key of
// Ed25519 from the Key Management API, and with it a JWE, by which eBay knows the public key.
type signer struct {
	key ed25519.PrivateKey
	jwe string
}

// newSigner reads a key in PKCS #8, as PEM or only its base64, which is what createSigningKey returns. Without both it returns nil.
func newSigner(key, jwe string) (*signer, error) {
	if key == "" && jwe == "" {
		return nil, nil
	}
	if key == "" || jwe == "" {
		return nil, errors.New("ebay credentials signingKey and signingJWE belong together: set both in the accounts file, or none")
	}
	der, err := derOf(key)
	if err == nil {
		var parsed any
		if parsed, err = x509.ParsePKCS8PrivateKey(der); err == nil {
			if private, ok := parsed.(ed25519.PrivateKey); ok {
				return &signer{key: private, jwe: jwe}, nil
			}
			err = errors.New("it is of another cipher")
		}
	}
	return nil, fmt.Errorf("ebay credential signingKey is no private key of the cipher ED25519 as eBay's Key Management API returns it: %w", err)
}

func derOf(key string) ([]byte, error) {
	if block, _ := pem.Decode([]byte(key)); block != nil {
		return block.Bytes, nil
	}
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(key), ""))
}

// sign adds the headers of a signature. A call without a body has no digest.
func (s *signer) sign(r *http.Request, body []byte, now time.Time) {
	r.Header.Set("X-Ebay-Signature-Key", s.jwe)
	var names, base []string
	add := func(name, value string) {
		names = append(names, `"`+name+`"`)
		base = append(base, fmt.Sprintf("%q: %s", name, value))
	}
	if len(body) > 0 {
		sum := sha256.Sum256(body)
		digest := "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
		r.Header.Set("Content-Digest", digest)
		add("content-digest", digest)
	}
	add("x-ebay-signature-key", s.jwe)
	add("@method", r.Method)
	add("@path", r.URL.EscapedPath())
	add("@authority", strings.ToLower(r.URL.Host))
	params := fmt.Sprintf("(%s);created=%d", strings.Join(names, " "), now.Unix())
	base = append(base, `"@signature-params": `+params)
	signature := ed25519.Sign(s.key, []byte(strings.Join(base, "\n")))
	r.Header.Set("Signature-Input", "sig1="+params)
	r.Header.Set("Signature", "sig1=:"+base64.StdEncoding.EncodeToString(signature)+":")
}
