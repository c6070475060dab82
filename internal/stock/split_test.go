package stock

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestALevelIsDividedAmongItsLocations(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		total int
		have  []int
		want  []int
	}{
		{15, []int{10, 5}, []int{10, 5}},
		{13, []int{10, 5}, []int{8, 5}}, // a buffer of 2
		{5, []int{100, 3}, []int{2, 3}}, // a cap of 5
		{2, []int{-3, 5}, []int{0, 2}},  // orders wait for 3 at the first
		{0, []int{4, 1}, []int{0, 0}},   // the brake holds all
		{1, []int{3, 3, 3}, []int{0, 0, 1}},
	} {
		var by ByLocation
		for i, n := range tc.have {
			by.Add(string(rune('a'+i)), "", n)
		}
		var got []int
		for _, l := range Split(tc.total, by) {
			got = append(got, l.Units)
		}
		require.Equal(t, tc.want, got, "%+v", tc)
	}
}

func TestASplitListsTheTotalAndNowhereMoreThanThereIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var by ByLocation
		there := 0
		for i, n := range rapid.SliceOfN(rapid.IntRange(-9, 99), 1, 6).Draw(t, "have") {
			by.Add(string(rune('a'+i)), "", n)
			there += max(0, n)
		}
		total := rapid.IntRange(-3, 300).Draw(t, "total")
		out := Split(total, by)
		for i, l := range out {
			if l.Units < 0 || l.Units > max(0, by[i].Units) {
				t.Fatalf("%s has %d and lists %d", l.Location, by[i].Units, l.Units)
			}
		}
		if got, want := out.Sum(), min(max(0, total), there); got != want {
			t.Fatalf("%d are listed, want %d", got, want)
		}
	})
}
