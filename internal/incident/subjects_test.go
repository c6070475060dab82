package incident_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
)

func TestSubjectsAreCountedAndAFewAreNamed(t *testing.T) {
	t.Parallel()
	units := incident.ByAccount{Kind: incident.Unlinked}
	units.Add("amazon-uk", "LAMP", 3)
	units.Add("amazon-uk", "ROPE", 2)
	units.Add("ebay-uk", "", 0)
	require.Equal(t, []incident.Incident{
		{Kind: incident.Unlinked, Account: "amazon-uk", Subjects: 5, Sample: []string{"LAMP", "ROPE"}},
		{Kind: incident.Unlinked, Account: "ebay-uk"},
	}, units.List)
	parked := incident.NewByCode(incident.Parked, "ebay-uk")
	for i := range 7 {
		parked.Add("limit", fmt.Sprint("#", i), 1)
	}
	parked.Add("auth", "", 0)
	list := parked.List()
	require.Equal(t, []string{"auth", "limit"}, []string{list[0].Code, list[1].Code})
	require.Zero(t, list[0].Subjects, "it is over")
	require.Equal(t, 7, list[1].Subjects)
	require.Len(t, list[1].Sample, incident.MaxSample)
}
