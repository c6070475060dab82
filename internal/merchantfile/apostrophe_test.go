package merchantfile

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFact02ShopifysApostropheBeforeZipsAndPhones(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"'00501": "00501", "'+44 7700 900101": "+44 7700 900101", "+15555550102": "+15555550102", // orders
		"'100245": "100245", "'5010000000011": "5010000000011", "'=A1": "=A1", "'-": "-", "'@home": "@home",
		"'90s Tee": "'90s Tee", "'": "'", "''12": "''12", "'tis": "'tis", "O'Neil": "O'Neil", "": "", "'12E05": "'12E05",
	} {
		require.Equal(t, want, withoutApostrophe(text), text)
	}
}
