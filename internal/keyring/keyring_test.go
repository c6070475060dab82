package keyring_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/keyring"
)

const setting = "TOWPATH_SOME_KEY"

func ring(t *testing.T, text string) keyring.Ring {
	t.Helper()
	r, err := keyring.Parse(setting, text)
	require.NoError(t, err)
	return r
}

func TestTheFirstKeySealsAndEveryKeyOpens(t *testing.T) {
	t.Parallel()
	older, newer := keyring.New(), keyring.New()
	before := ring(t, older).Seal([]byte("Ada"), []byte("order 1"))
	both := ring(t, newer+", "+older)
	text, err := both.Open(before, []byte("order 1"))
	require.NoError(t, err)
	require.Equal(t, "Ada", string(text))
	require.False(t, both.Sealed(before), "to be sealed anew")
	require.True(t, both.Sealed(both.Seal(text, nil)))

	_, err = ring(t, newer).Open(before, []byte("order 1"))
	require.ErrorIs(t, err, keyring.ErrOtherKey)
}

func TestWhatWasChangedIsNotOpened(t *testing.T) {
	t.Parallel()
	r := ring(t, keyring.New())
	sealed := r.Seal([]byte("Ada"), []byte("order 1"))
	_, err := r.Open(sealed, []byte("order 2"))
	require.ErrorIs(t, err, keyring.ErrTampered, "it belongs to another order")
	for _, n := range []int{0, 3, 4, 10, len(sealed) - 1} {
		_, err := r.Open(sealed[:n], []byte("order 1"))
		require.ErrorIs(t, err, keyring.ErrTampered, n)
	}
	sealed[len(sealed)-1] ^= 1
	_, err = r.Open(sealed, []byte("order 1"))
	require.ErrorIs(t, err, keyring.ErrTampered)
}

func TestMistakesInKeysAreNamedWithoutRepeatingThem(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "short", keyring.New() + ",", "c2VjcmV0", strings.Repeat("A", 44)} {
		_, err := keyring.Parse(setting, text)
		require.ErrorContains(t, err, setting)
		require.ErrorContains(t, err, "openssl rand -base64 32")
		if text != "" {
			require.NotContains(t, err.Error(), text)
		}
	}
	require.True(t, ring(t, keyring.PublicKey).Public())
	require.True(t, ring(t, keyring.PublicKey+","+keyring.New()).Public())
	require.False(t, ring(t, keyring.New()+","+keyring.PublicKey).Public(), "it only decrypts")
}
