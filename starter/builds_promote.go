package starter

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// Promote makes a build current: it gets new workflows, and those that may continue under any build. An empty build means the
// workers that report none. It returns when the workflow task queue uses the build. A build without a running worker is a
// *RefusedError, one that the server does not know a *UsageError.
func (s *Starter) Promote(ctx context.Context, deployment, build string) (Builds, error) {
	before, err := s.Builds(ctx, deployment)
	if err != nil {
		return Builds{}, err
	}
	if before.Deployment == "" {
		return Builds{}, &RefusedError{Reason: "no worker reports its build: set TOWPATH_DEPLOYMENT and TOWPATH_BUILD_ID for the workers and start them first"}
	}
	if err := before.mayBeCurrent(build); err != nil {
		return Builds{}, err
	}
	_, err = s.Temporal.WorkerDeploymentClient().GetHandle(before.Deployment).SetCurrentVersion(ctx, client.WorkerDeploymentSetCurrentVersionOptions{BuildID: build})
	if err != nil {
		return Builds{}, fmt.Errorf("make build %q of deployment %s current: %w", build, before.Deployment, err)
	}
	return s.awaitCurrent(ctx, before.Deployment, build)
}

// mayBeCurrent returns an error for a build without running workers; the server would accept a build that once had workers.
func (b *Builds) mayBeCurrent(build string) error {
	known := build == ""
	for _, one := range b.Builds {
		if one.ID == build {
			known = true
			if one.Workers > 0 {
				return nil
			}
		}
	}
	switch {
	case !known:
		return usagef("no build %q in deployment %s: `towpath workers` lists them; a build is known when its first worker has started", build, b.Deployment)
	case build == "":
		return &RefusedError{Reason: "no worker without a build runs: start one without TOWPATH_DEPLOYMENT and TOWPATH_BUILD_ID first, or new work waits"}
	}
	return &RefusedError{Reason: fmt.Sprintf("no worker of build %s runs: start one first, or new work waits", build)}
}

// awaitCurrent waits until the workflow task queue uses the new current build: the server updates its queues one by one.
func (s *Starter) awaitCurrent(ctx context.Context, deployment, build string) (Builds, error) {
	want := worker.WorkerDeploymentVersion{BuildID: build}
	if build != "" {
		want.DeploymentName = deployment
	}
	for {
		p, err := s.poll(ctx)
		if err != nil {
			return Builds{}, err
		}
		if p.current == want {
			return s.Builds(ctx, deployment)
		}
		if err := pause(ctx); err != nil {
			return Builds{}, fmt.Errorf("wait until build %q is current: %w", build, err)
		}
	}
}
