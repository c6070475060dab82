package catalogue_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/catalogue"
)

func TestGTINs(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"", "96385074", "036000291452", "4006381333931", "5901234123457", "10012345678902", "00012345600012"} {
		require.NoError(t, catalogue.CheckGTIN(good), good)
	}
	for bad, want := range map[string]string{
		"4006381333932":   "the last digit must be 1",
		"400638133393":    "the last digit must be",
		"12345":           "5 digits",
		"400638133393a":   "not all digits",
		"9638 5074":       "not all digits",
		"0000000000000":   "all zeros",
		"123456789012345": "15 digits",
		"٤٠٠٦٣٨١٣٣٣٩٣١":   "not all digits",
	} {
		require.ErrorContains(t, catalogue.CheckGTIN(bad), want, bad)
	}
}

// A check digit detects every single wrong digit.
func TestAWrongDigitIsAlwaysFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SampledFrom([]int{7, 11, 12, 13}).Draw(t, "length")
		digits := []byte(rapid.StringOfN(rapid.RuneFrom([]rune("0123456789")), body, body, -1).Draw(t, "digits"))
		digits[0] = '1'
		good := ""
		for d := range 10 {
			if text := string(digits) + fmt.Sprint(d); catalogue.CheckGTIN(text) == nil {
				require.Empty(t, good, "one check digit fits")
				good = text
			}
		}
		require.NotEmpty(t, good)
		at := rapid.IntRange(0, body).Draw(t, "at")
		wrong := []byte(good)
		wrong[at] = '0' + (wrong[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		require.Error(t, catalogue.CheckGTIN(string(wrong)))
	})
}
