package workers

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/towpath/towpath/internal/channel"
)

func TestWorkersReportTheirBuildWhereOneIsSet(t *testing.T) {
	t.Parallel()
	require.Equal(t, worker.DeploymentOptions{}, Config{}.options().DeploymentOptions)

	build := worker.WorkerDeploymentVersion{DeploymentName: "towpath", BuildID: "1.4.0"}
	require.Equal(t, worker.DeploymentOptions{UseVersioning: true, Version: build}, Config{Build: build}.options().DeploymentOptions)
}

// The SDK refuses a workflow without a versioning behaviour; this tests it without a server.
func TestEveryWorkflowSaysWhatBecomesOfItUnderAnotherBuild(t *testing.T) {
	t.Parallel()
	c, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1"})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	for _, build := range []worker.WorkerDeploymentVersion{{}, {DeploymentName: "towpath", BuildID: "1.4.0"}} {
		config := Config{Client: c, Build: build}
		require.NotPanics(t, func() {
			main(config, newAreas(config))
			forChannel(config, channel.EBay, newAreas(config))
		})
	}
}
