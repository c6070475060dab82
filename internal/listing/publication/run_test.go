package publication_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing/publication"
)

func TestWhatARequestForARunMustSay(t *testing.T) {
	t.Parallel()
	whole := publication.Request{ID: "run-1", Account: "ebay-uk", Endpoint: "production", By: "ann"}
	for name, lacks := range map[string]func(*publication.Request){
		"id": func(r *publication.Request) { r.ID = "" }, "account": func(r *publication.Request) { r.Account = "" },
		"endpoint": func(r *publication.Request) { r.Endpoint = "" }, "who": func(r *publication.Request) { r.By = "" },
	} {
		part := whole
		lacks(&part)
		_, err := part.Complete(monday)
		require.ErrorContains(t, err, "an id, an account, an endpoint and who asks", name)
	}
	got, err := whole.Complete(monday)
	require.NoError(t, err)
	require.Equal(t, publication.Request{ID: "run-1", Account: "ebay-uk", Through: "ebay-uk", Endpoint: "production", By: "ann", AskedAt: monday}, got)
	require.Equal(t, []string{"ebay-uk"}, got.Accounts())

	given := whole
	given.Through, given.AskedAt = "sandbox", monday.Add(-time.Hour)
	got, err = given.Complete(monday)
	require.NoError(t, err)
	require.Equal(t, given, got, "what is given stays")
	require.Equal(t, []string{"ebay-uk", "sandbox"}, got.Accounts())
}

func TestARunNeedsAccountsThatAreSwitchedOn(t *testing.T) {
	t.Parallel()
	require.NoError(t, publication.NeedsAccount("ebay-uk", true))
	require.ErrorContains(t, publication.NeedsAccount("ebay-uk", false), "account ebay-uk is switched off: set enabled: true")
}

func TestTheCourseOfARun(t *testing.T) {
	t.Parallel()
	later := monday.Add(time.Hour)
	begun, ended := publication.Course{StartedAt: monday}, publication.Course{StartedAt: monday, EndedAt: monday}
	stopped := publication.Course{StoppedBy: "ann"}
	for name, tc := range map[string]struct {
		before publication.Course
		do     func(*publication.Course) (bool, error)
		change bool
		after  publication.Course
	}{
		"a queued one begins":     {publication.Course{}, begin(later), true, publication.Course{StartedAt: later}},
		"it begins once":          {begun, begin(later), false, begun},
		"it ends":                 {begun, end(later), true, publication.Course{StartedAt: monday, EndedAt: later}},
		"it ends once":            {ended, end(later), false, ended},
		"a queued one ends":       {stopped, end(later), true, publication.Course{StartedAt: later, EndedAt: later, StoppedBy: "ann"}},
		"a queued one is stopped": {publication.Course{}, stop("ann"), true, stopped},
		"a begun one is stopped":  {begun, stop("ann"), true, publication.Course{StartedAt: monday, StoppedBy: "ann"}},
		"it is stopped once":      {stopped, stop("bob"), false, stopped},
		"not after its end":       {ended, stop("bob"), false, ended},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := tc.before
			changed, err := tc.do(&c)
			require.NoError(t, err)
			require.Equal(t, tc.change, changed)
			require.Equal(t, tc.after, c)
			require.Equal(t, [3]bool{!c.StartedAt.IsZero(), !c.EndedAt.IsZero(), c.StoppedBy != ""}, [3]bool{c.Begun(), c.Ended(), c.Stopped()})
		})
	}
	c := begun
	_, err := c.Stop("")
	require.ErrorContains(t, err, "a name must be given")
	require.Equal(t, begun, c)
}

func begin(at time.Time) func(*publication.Course) (bool, error) {
	return func(c *publication.Course) (bool, error) { return c.Begin(at), nil }
}

func end(at time.Time) func(*publication.Course) (bool, error) {
	return func(c *publication.Course) (bool, error) { return c.End(at), nil }
}

func stop(by string) func(*publication.Course) (bool, error) {
	return func(c *publication.Course) (bool, error) { return c.Stop(by) }
}
