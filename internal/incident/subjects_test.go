package incident_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
)

var (
	noon  = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	later = noon.Add(time.Hour)
)

func TestSubjectsAreCountedAndAFewAreNamed(t *testing.T) {
	t.Parallel()
	units := incident.ByAccount{Kind: incident.Unlinked}
	units.Add("amazon-uk", "LAMP", 3, incident.Incident{})
	units.Add("amazon-uk", "ROPE", 2, incident.Incident{})
	units.Add("ebay-uk", "", 0, incident.Incident{Subjects: 1, Since: noon, Open: true})
	units.Add("shopify-uk", "", 0, incident.Incident{})
	require.Equal(t, []incident.Incident{
		{Kind: incident.Unlinked, Account: "amazon-uk", Subjects: 5, Sample: []string{"LAMP", "ROPE"}, Since: later, ChangedAt: later, Open: true},
		{Kind: incident.Unlinked, Account: "ebay-uk", Since: noon, ChangedAt: later},
	}, units.News(later), "an account without an incident then and now is no news")
	parked := incident.NewByCode(incident.Parked, "ebay-uk")
	for i := range 7 {
		parked.Add("limit", fmt.Sprint("#", i))
	}
	parked.Know(incident.Incident{Code: "auth", Subjects: 1, Open: true})
	list := parked.News(later)
	require.Equal(t, []string{"auth", "limit"}, []string{list[0].Code, list[1].Code})
	require.Zero(t, list[0].Subjects, "it is over")
	require.False(t, list[0].Open)
	require.Equal(t, 7, list[1].Subjects)
	require.Len(t, list[1].Sample, incident.MaxSample)
}

func TestAnIncidentOpensGoesOnAndCloses(t *testing.T) {
	t.Parallel()
	open := incident.Incident{Subjects: 2, Sample: []string{"a", "b"}, Since: noon, ChangedAt: noon, Open: true}
	closed := incident.Incident{Since: noon, ChangedAt: noon}
	for name, tc := range map[string]struct {
		counted, before incident.Incident
		since           time.Time // zero: it is no news
	}{
		"it opens":            {incident.Incident{Subjects: 2, Sample: []string{"a", "b"}}, incident.Incident{}, later},
		"it opens again":      {incident.Incident{Subjects: 2, Sample: []string{"a", "b"}}, closed, later},
		"it goes on":          {incident.Incident{Subjects: 2, Sample: []string{"a", "b"}}, open, time.Time{}},
		"it has more":         {incident.Incident{Subjects: 3, Sample: []string{"a", "b"}}, open, noon},
		"it has others":       {incident.Incident{Subjects: 2, Sample: []string{"a", "c"}}, open, noon},
		"it closes":           {incident.Incident{}, open, noon},
		"it stays closed":     {incident.Incident{}, closed, time.Time{}},
		"there never was one": {incident.Incident{}, incident.Incident{}, time.Time{}},
	} {
		after, news := tc.counted.After(tc.before, later)
		require.Equal(t, !tc.since.IsZero(), news, name)
		require.Equal(t, tc.counted.Subjects > 0, after.Open, name)
		if news {
			require.Equal(t, tc.since, after.Since, name)
			require.Equal(t, later, after.ChangedAt, name)
		}
	}
	many, _ := incident.Incident{Subjects: 9, Sample: []string{"1", "2", "3", "4", "5", "6"}}.After(incident.Incident{}, later)
	require.Len(t, many.Sample, incident.MaxSample)
}

func TestWhichIncidentsThereAre(t *testing.T) {
	t.Parallel()
	require.Equal(t, incident.Incident{Kind: incident.Paused, Account: "ebay-uk", Subjects: 1, Sample: []string{"stock take"}, Since: noon, Open: true},
		incident.OfPause("ebay-uk", "", true, "stock take", noon))
	require.Equal(t, incident.Incident{Kind: incident.Paused, Account: "ebay-uk"}, incident.OfPause("ebay-uk", "", false, "", time.Time{}))
	require.Equal(t, "25001", incident.CodeOf("25001", "limit"))
	require.Equal(t, "limit", incident.CodeOf("", "limit"))
	require.True(t, incident.NeedsPerson("25001"))
	require.True(t, incident.NeedsPerson(""))
	require.False(t, incident.NeedsPerson(incident.CodeObserving))
	require.True(t, incident.CountsUnlinked(false))
	require.False(t, incident.CountsUnlinked(true))
}
