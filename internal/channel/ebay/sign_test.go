package ebay

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The test key and the request with its signature that eBay publishes with its test server
// (github.com/eBay/digital-signature-verification-ebay-api, README). The key is also that of RFC 9421, B.1.4.
const (
	publishedKey = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"
	publishedJWE = "eyJ6aXAiOiJERUYiLCJlbmMiOiJBMjU2R0NNIiwidGFnIjoiSGdLcjNSSWFlZll0Mkd4blBUUTEwUSIsImFsZyI6IkEyNTZHQ01LVyIsIml2IjoiQTVOQXFYUXlITkNIT01GVSJ9" +
		".z3JcS0vvxrYboqpySAq_Znww-3V6AllxmJP5JEMkuLY.K1f4MVMEc8ylbfSS.fASwJyMCk2tXZsNWk13IcuVgSWTOcynSdAoJrK4WApZANlxAP9J0qr0Jz_4aFldFDSZ5tfuxLGqzJmWU7CiZWwNjk2XoVy8q5ogMrFNFwFXP4SrX1XORhNLZPTyS5DEqLDPYn2NX944xendEwfcxxXsTSeNCUnmSyfitiscUC04GYOfn0UWQ2buSWx7Yod0IR2GtTGUsM9o3J-riuNDKhw" +
		".rRsWM1Sl_2stTnZLJkWVmQ"
	publishedSignature = "sig1=:uunxYrXKC8KaoupD5D1DKdmQmrOhz6b4Xbhb3o9d4x4xFIpg++XzEZztOyeOI59rMMjM3NIcFgxBH0c1ckpfBw==:"
)

func TestASignatureIsThePublishedOne(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{
		"base64": publishedKey, "PEM": "-----BEGIN PRIVATE KEY-----\n" + publishedKey + "\n-----END PRIVATE KEY-----\n",
	} {
		s, err := newSigner(key, publishedJWE)
		require.NoError(t, err, name)
		const body = `{"hello": "world"}`
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost:8080/verifysignature", strings.NewReader(body))
		require.NoError(t, err)
		s.sign(r, []byte(body), time.Unix(1659651955, 0))
		require.Equal(t, "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", r.Header.Get("Content-Digest"))
		require.Equal(t, `sig1=("content-digest" "x-ebay-signature-key" "@method" "@path" "@authority");created=1659651955`, r.Header.Get("Signature-Input"))
		require.Equal(t, publishedSignature, r.Header.Get("Signature"))
	}
}

func TestACallWithoutABodyIsSignedWithoutADigest(t *testing.T) {
	t.Parallel()
	s, err := newSigner(publishedKey, publishedJWE)
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.ebay.com/post-order/v2/cancellation/1/approve", nil)
	require.NoError(t, err)
	s.sign(r, nil, time.Unix(1659651955, 0))
	require.Empty(t, r.Header.Get("Content-Digest"))
	require.Equal(t, `sig1=("x-ebay-signature-key" "@method" "@path" "@authority");created=1659651955`, r.Header.Get("Signature-Input"))
}

func TestASigningKeyIsReadOrRefused(t *testing.T) {
	t.Parallel()
	s, err := newSigner("", "")
	require.NoError(t, err)
	require.Nil(t, s)
	for _, pair := range [][2]string{{publishedKey, ""}, {"", publishedJWE}, {"no key", publishedJWE}, {"MAA=", publishedJWE}} {
		_, err := newSigner(pair[0], pair[1])
		require.ErrorContains(t, err, "signingKey")
	}
}
