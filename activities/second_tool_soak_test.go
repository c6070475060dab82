//go:build soak

package activities_test

import "testing"

// Of 8,000 levels a second tool overwrites 50 while sales go on and calls fail: one read-back names exactly those, on each channel.
func TestFiftyOfEightThousandAreNamedOnEveryChannel(t *testing.T) {
	t.Parallel()
	for kind, open := range shopsOfAllChannels {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			playSecondTool(t, open(t), 8000, 50)
		})
	}
}
