package platform

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/towpath/towpath/internal/incident"
)

func TestAWorkerSaysWhetherItsBuildGetsNewWork(t *testing.T) {
	t.Parallel()
	var now incident.Builds
	core, logs := observer.New(zap.InfoLevel)
	w := &buildWatch{build: "1.5.0", logger: zap.New(core), ask: func(context.Context) incident.Builds { return now }}
	said := func(builds incident.Builds) (lines []string) {
		now = builds
		w.look(t.Context())
		for _, e := range logs.TakeAll() {
			lines = append(lines, e.Level.String()+" "+e.Message)
		}
		return lines
	}
	require.Empty(t, said(incident.Builds{}), "the server did not answer")
	alone := incident.Builds{Running: []string{"1.5.0"}}
	for range 2 { // the warning is repeated until somebody acts
		require.Equal(t, []string{"warn New work waits."}, said(alone))
	}
	beside := incident.Builds{Current: "1.4.0", Running: []string{"1.4.0", "1.5.0"}}
	require.Equal(t, []string{"info Another build gets new work; this one gets what it began itself."}, said(beside))
	require.Empty(t, said(beside))
	beside.Current = "1.5.0"
	require.Equal(t, []string{"info This build gets new work."}, said(beside))
	require.Empty(t, said(beside))
	require.Equal(t, []string{"warn New work waits."}, said(incident.Builds{Current: "1.4.0", Running: []string{"1.5.0"}}))

	w.build = ""
	require.Empty(t, said(incident.Builds{Running: []string{""}}), "without builds there is nothing to say")
	require.Equal(t, []string{"warn New work waits."}, said(incident.Builds{Current: "1.4.0", Running: []string{""}}))
}
