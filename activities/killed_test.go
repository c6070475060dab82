package activities_test

import (
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/store"
)

// mortal is the worker process that calls the marketplace. Where it dies after some calls, no later call of it arrives.
type mortal struct {
	mu   sync.Mutex
	left int    // calls that it still makes, while dies is set
	dies func() // nil: it lives
	gone bool

	stuck bool // Amazon says of every feed that it works on it

	writes atomic.Int64 // writing calls that have arrived
}

// serve carries out the calls of a worker that lives, and hangs up on one that has died.
func (m *mortal) serve(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !m.calls() {
			panic(http.ErrAbortHandler)
		}
		defer m.called()
		if writing(r) {
			m.writes.Add(1)
		}
		if m.waits(r) {
			_, _ = io.WriteString(w, `{"feedId": "`+path.Base(r.URL.Path)+`", "feedType": "JSON_LISTINGS_FEED", "processingStatus": "IN_PROGRESS"}`)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sticks lets feeds be worked on without an end, or ends that.
func (m *mortal) sticks(stuck bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stuck = stuck
}

// waits reports whether a call asks for a feed that does not end.
func (m *mortal) waits(r *http.Request) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stuck && r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/feeds/2021-06-30/feeds/")
}

func (m *mortal) calls() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.gone
}

// called counts a call that the marketplace has carried out, before its answer arrives.
func (m *mortal) called() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dies == nil || m.gone {
		return
	}
	if m.left--; m.left == 0 {
		m.gone = true
		m.dies()
	}
}

func (m *mortal) lives(calls int, dies func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left, m.dies, m.gone = calls, dies, false
}

// mostKills is how many workers are killed in one activity.
const mostKills = 8

// survive runs an activity as workers do that are killed one after the other: the first when the marketplace has carried out one call and before
// the answer arrives, the next after two, until one ends. From the kill on nothing is saved, and the next worker gets the same input, as from the
// server. When one has ended, its answer is lost as well, and the activity runs once more. It returns the last answer, and counts the kills.
func survive[Out any](s *shop, kills *int, activity func(activities.Environment) any, in any) (out Out) {
	s.t.Helper()
	for calls := 1; calls <= mostKills; calls++ {
		st, err := store.Open(s.t.Context(), s.file, keyring.ForSimulations())
		require.NoError(s.t, err)
		s.worker.lives(calls, func() { _ = st.Close() })
		env := s.environment
		env.Store = st
		f := activity(env)
		s.env.RegisterActivity(f)
		_, err = s.env.ExecuteActivity(f, in)
		died := !s.worker.calls()
		s.worker.lives(0, nil)
		_ = st.Close()
		if !died {
			require.NoError(s.t, err)
			return do[Out](s, activity(s.environment), in)
		}
		*kills++
	}
	return do[Out](s, activity(s.environment), in)
}
