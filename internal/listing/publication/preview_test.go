package publication_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing/publication"
)

func TestOnlyATestThatNeverWritesPreviews(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		kind     channel.Kind
		test     bool
		previews bool
	}{
		"Amazon's test is VALIDATION_PREVIEW": {channel.Amazon, true, true},
		"Amazon's production":                 {channel.Amazon, false, false},
		"eBay's sandbox is a site":            {channel.EBay, true, false},
		"eBay's production":                   {channel.EBay, false, false},
		"a development store is a shop":       {channel.Shopify, true, false},
		"Shopify's production":                {channel.Shopify, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.previews, publication.Previews(tc.test, tc.kind))
		})
	}
}
