package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
)

func TestWhichSKUsNeedSomebody(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		standing stock.Standing
		problem  bool
	}{
		"listed, and something is free":         {stock.Standing{Linked: true, Free: true}, false},
		"listed, and nothing is free":           {stock.Standing{Linked: true}, true},
		"not listed, and nothing is free":       {stock.Standing{}, false},
		"a kit that is listed":                  {stock.Standing{Linked: true, Kit: true}, false},
		"orders wait for it":                    {stock.Standing{Linked: true, Free: true, Backordered: true}, true},
		"orders wait, and it is no more listed": {stock.Standing{Backordered: true}, true},
		"held":                                  {stock.Standing{Linked: true, Free: true, Held: true}, false},
	} {
		require.Equal(t, tc.problem, tc.standing.Problem(), name)
	}
}

func TestWhichSKUsAViewShows(t *testing.T) {
	t.Parallel()
	plain := stock.Standing{Free: true, Linked: true}
	for view, change := range map[stock.LevelView]func(*stock.Standing){
		stock.LevelsBackordered: func(s *stock.Standing) { s.Backordered = true },
		stock.LevelsNoneFree:    func(s *stock.Standing) { s.Free = false },
		stock.LevelsHeld:        func(s *stock.Standing) { s.Held = true },
		stock.LevelsUnlisted:    func(s *stock.Standing) { s.Linked = false },
	} {
		s := plain
		change(&s)
		for _, v := range stock.LevelViews() {
			require.False(t, v.Shows(plain), v)
			require.Equal(t, v == view, v.Shows(s), "%s of %+v", v, s)
		}
	}
	require.Len(t, stock.LevelViews(), 4)
	require.True(t, stock.LevelView("").Shows(plain), "all of them")
}

func TestEveryStandingIsAskedAboutOnce(t *testing.T) {
	t.Parallel()
	seen := map[stock.Standing]bool{}
	all := stock.Standings(func(s stock.Standing) bool {
		seen[s] = true
		return true
	})
	require.Len(t, all, 32)
	require.Len(t, seen, 32)
	require.Len(t, stock.Standings(func(s stock.Standing) bool { return s.Kit && s.Free }), 8)
}
