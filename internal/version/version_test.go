package version

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestABuildSaysWhatItKnows(t *testing.T) {
	t.Parallel()
	end := ", " + runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH
	require.Equal(t, "towpath unknown"+end, of("towpath", "", nil).String())
	require.Equal(t, "towpath v1.2.0"+end, of("towpath", "v1.2.0", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}).String(), "no commit where there is no clone")

	build := &debug.BuildInfo{Main: debug.Module{Version: "v0.0.0-20261128190000-d07884712345+dirty"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "d0788471234567890"}, {Key: "vcs.time", Value: "2026-11-28T19:00:00Z"}, {Key: "vcs.modified", Value: "true"},
	}}
	require.Equal(t, "towpath-dev d078847, commit d07884712345 of 2026-11-28T19:00:00Z, with changes"+end, of("towpath-dev", "d078847", build).String())
	require.Equal(t, "v0.0.0-20261128190000-d07884712345+dirty", of("towpath-dev", "", build).Version)
	require.Equal(t, "towpath", Of("towpath").Program)
}
