package channeltest

import (
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/polltest"
)

// definitions are the definitions that a test has fetched.
type definitions map[string]*listing.Definition

// Definition returns the definition of a type if it was fetched.
func (d definitions) Definition(productType string) *listing.Definition { return d[productType] }

// define fetches the definitions that the products need.
func (s *fixture) define(products ...channel.Product) definitions {
	s.t.Helper()
	all := definitions{}
	for _, p := range products {
		for _, of := range s.conn.Wants(p) {
			if all[of] != nil {
				continue
			}
			d, err := s.conn.Define(s.t.Context(), of)
			require.NoError(s.t, err)
			require.NotEmpty(s.t, d.Version)
			require.NotEmpty(s.t, d.Body)
			all[of] = &d
		}
	}
	return all
}

// check checks the products; there is one answer for each.
func (s *fixture) check(products ...channel.Product) []listing.Checked {
	s.t.Helper()
	checked, err := s.conn.Check(s.t.Context(), products, s.define(products...))
	require.NoError(s.t, err)
	require.Len(s.t, checked, len(products))
	for _, c := range checked {
		for of, plan := range c.Plans {
			require.LessOrEqual(s.t, len(plan), listing.MaxPlan, of)
		}
		for of, issues := range c.Issues {
			for _, i := range issues {
				require.Equal(s.t, listing.Validation, i.Stage, of)
				require.NotEmpty(s.t, i.Code, of)
				require.NotEmpty(s.t, i.Message, of)
				require.NotEmpty(s.t, i.Severity, of)
			}
		}
	}
	return checked
}

// drafts requires that the check finds no error.
func (s *fixture) drafts(products ...channel.Product) []listing.Draft {
	s.t.Helper()
	checked := s.check(products...)
	drafts := make([]listing.Draft, len(products))
	for i, p := range products {
		for of, issues := range checked[i].Issues {
			require.False(s.t, listing.Failed(issues), "%s: %+v", of, issues)
		}
		drafts[i] = listing.Draft{Product: p, Plans: checked[i].Plans}
	}
	return drafts
}

// turns divides drafts into turns as Load requires; a product stays whole.
func (s *fixture) turns(drafts []listing.Draft, preview bool) (turns [][]listing.Draft) {
	s.t.Helper()
	left := 0
	for _, d := range drafts {
		left += len(d.Product.Variants)
	}
	for len(drafts) > 0 {
		most, op := s.conn.Load(left, preview)
		require.Positive(s.t, most)
		_, budgeted := channel.AllowanceOf(s.account.Kind, op)
		require.True(s.t, budgeted, "%s has a budget", op)
		n, skus := 0, 0
		for n < len(drafts) && (n == 0 || skus+len(drafts[n].Product.Variants) <= most) {
			skus += len(drafts[n].Product.Variants)
			n++
		}
		turns, drafts, left = append(turns, drafts[:n]), drafts[n:], left-skus
	}
	return turns
}

// submit sends drafts, waits while they are pending, and requires one result per SKU. It stops at the first error.
func (s *fixture) submit(drafts []listing.Draft, preview bool) (map[string]channel.VariantResult, error) {
	s.t.Helper()
	results := map[string]channel.VariantResult{}
	for _, turn := range s.turns(drafts, preview) {
		var products []channel.Product
		for _, d := range turn {
			products = append(products, d.Product)
		}
		got, err := s.conn.Submit(s.t.Context(), turn, preview, s.define(products...))
		if err != nil {
			return results, err
		}
		s.keep(results, got)
		polltest.Until(s.t, "the submission has its outcome", func() bool {
			if got.Pending == "" {
				return true
			}
			if got, err = s.conn.SubmitOutcome(s.t.Context(), got.Pending, s.missingWithParents(turn, results)); err == nil {
				s.keep(results, got)
			}
			return err != nil
		})
		if err != nil {
			return results, err
		}
		require.Empty(s.t, s.missing(turn, results), "every SKU has a result")
	}
	return results, nil
}

// keep stores final results.
func (s *fixture) keep(results map[string]channel.VariantResult, got channel.Publication) {
	s.t.Helper()
	for _, r := range got.Results {
		require.NotContains(s.t, results, r.SKU, "a result is given once")
		results[r.SKU] = r
		for _, i := range r.Issues {
			require.Equal(s.t, listing.Response, i.Stage, r.SKU)
			require.NotEmpty(s.t, i.Code, r.SKU)
			require.NotEmpty(s.t, i.Message, r.SKU)
			if i.Severity == listing.Error {
				require.NotNil(s.t, r.Fault, "%s: an error has a fault", r.SKU)
			}
		}
		if r.Fault != nil && r.Fault.Permanent() {
			require.True(s.t, listing.Failed(r.Issues), "%s: a refusal has a message: %+v", r.SKU, r.Fault)
		}
	}
}

// missing returns the SKUs without a result.
func (s *fixture) missing(drafts []listing.Draft, results map[string]channel.VariantResult) (skus []string) {
	for _, d := range drafts {
		for _, v := range d.Product.Variants {
			if _, done := results[v.SKU]; !done {
				skus = append(skus, v.SKU)
			}
		}
	}
	return skus
}

// missingWithParents returns the SKUs without a result, including parents: those that the plans name.
func (s *fixture) missingWithParents(drafts []listing.Draft, results map[string]channel.VariantResult) []string {
	skus := s.missing(drafts, results)
	for _, d := range drafts {
		if _, done := results[d.Product.Key]; !done && d.Plans[d.Product.Key] != "" && s.adapter.Parents {
			skus = append(skus, d.Product.Key)
		}
	}
	slices.Sort(skus)
	return slices.Compact(skus)
}

// published requires that every variant was accepted.
func (s *fixture) published(products ...channel.Product) map[string]channel.VariantResult {
	s.t.Helper()
	results, err := s.submit(s.drafts(products...), false)
	require.NoError(s.t, err)
	s.accepted(results)
	for _, p := range products {
		for _, v := range p.Variants {
			require.NotEmpty(s.t, results[v.SKU].RequestID, v.SKU)
		}
	}
	return results
}

func (s *fixture) accepted(results map[string]channel.VariantResult) {
	s.t.Helper()
	for sku, r := range results {
		require.Nil(s.t, r.Fault, "%s: %+v", sku, r.Issues)
		require.NotEmpty(s.t, r.Step, sku)
	}
}
