package catalogue_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
)

func TestWhichProductsAreEmptied(t *testing.T) {
	t.Parallel()
	one := func(key string, skus ...string) catalogue.Product {
		p := catalogue.Product{Key: key, Title: "T", Options: []string{"Size"}}
		for _, sku := range skus {
			p.Variants = append(p.Variants, catalogue.Variant{SKU: sku, Options: map[string]string{"Size": sku}})
		}
		return p
	}
	stored := []catalogue.Product{one("A", "A-1"), one("B", "B-1", "B-2"), one("C", "C-1")}
	for name, tc := range map[string]struct {
		entries []catalogue.Product
		want    []string
	}{
		"its only SKU moves":                 {[]catalogue.Product{one("NEW", "A-1", "N-1")}, []string{"A"}},
		"one of two moves":                   {[]catalogue.Product{one("NEW", "B-1", "N-1")}, nil},
		"both move, one after the other":     {[]catalogue.Product{one("NEW", "B-1", "N-1"), one("C", "B-2")}, []string{"B"}},
		"another comes as its last one goes": {[]catalogue.Product{one("NEW", "A-1", "N-1"), one("A", "C-1")}, []string{"C"}},
		"none moves":                         {[]catalogue.Product{one("B", "B-3")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			marks := map[string]catalogue.Marked{}
			for _, p := range stored {
				for _, v := range p.Variants {
					marks[v.SKU] = catalogue.Marked{Product: p.Key}
				}
			}
			c := catalogue.Compare(tc.entries)
			require.True(t, c.Skip(marks))
			c.Merge(stored)
			for _, r := range c.Results {
				require.Nil(t, r.Mistake)
			}
			require.Equal(t, tc.want, c.Rows().Emptied)
		})
	}
}
