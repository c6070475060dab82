package starter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
)

// BuildState is the state of a build of the workers on the Temporal server.
type BuildState string

// The states of a build.
const (
	BuildCurrent  BuildState = "current"  // gets new workflows, and those that may continue under any build
	BuildRamping  BuildState = "ramping"  // gets a part of these
	BuildWaiting  BuildState = "waiting"  // was never current and gets nothing
	BuildDraining BuildState = "draining" // gets the workflows that it started, of which some have not ended
	BuildDrained  BuildState = "drained"  // has no workflows left
)

// Build is one build of the workers.
type Build struct {
	ID      string     `json:"build,omitempty"` // empty: workers that report no build
	State   BuildState `json:"state"`
	Workers int        `json:"workers"`          // processes that asked for work in the last two minutes
	Created time.Time  `json:"created,omitzero"` // when its first worker polled
}

// Builds are the builds of the workers, and which of them is current.
type Builds struct {
	Deployment string    `json:"deployment,omitempty"` // empty: no worker reports its build
	Current    string    `json:"current,omitempty"`    // empty: the workers that report no build
	Since      time.Time `json:"since,omitzero"`       // when that changed
	Ramping    string    `json:"ramping,omitempty"`
	Percentage float32   `json:"percentage,omitempty"` // of the work that the ramping build gets
	Builds     []Build   `json:"builds"`               // newest first
}

// pollShows is how long after its last poll a worker counts as running; a poll lasts at most a minute.
const pollShows = 2 * time.Minute

// poll is what the workflow task queue reports about its pollers.
type poll struct {
	current worker.WorkerDeploymentVersion                     // zero: the workers that report no build
	running map[worker.WorkerDeploymentVersion]map[string]bool // their identities, by build
	ramping worker.WorkerDeploymentVersion
	ramped  float32
	changed time.Time
}

func (s *Starter) poll(ctx context.Context) (poll, error) {
	d, err := s.Temporal.DescribeTaskQueue(ctx, message.TaskQueue, enumspb.TASK_QUEUE_TYPE_WORKFLOW)
	if err != nil {
		return poll{}, fmt.Errorf("describe queue %s: %w", message.TaskQueue, err)
	}
	v := d.GetVersioningInfo()
	p := poll{
		running: make(map[worker.WorkerDeploymentVersion]map[string]bool),
		current: worker.WorkerDeploymentVersion{DeploymentName: v.GetCurrentDeploymentVersion().GetDeploymentName(), BuildID: v.GetCurrentDeploymentVersion().GetBuildId()},
		ramping: worker.WorkerDeploymentVersion{DeploymentName: v.GetRampingDeploymentVersion().GetDeploymentName(), BuildID: v.GetRampingDeploymentVersion().GetBuildId()},
		ramped:  v.GetRampingVersionPercentage(),
	}
	if p.current.BuildID != "" {
		p.changed = v.GetUpdateTime().AsTime()
	}
	for _, one := range d.GetPollers() {
		if time.Since(one.GetLastAccessTime().AsTime()) < pollShows {
			p.add(one)
		}
	}
	return p, nil
}

func (p *poll) add(one *taskqueuepb.PollerInfo) {
	var v worker.WorkerDeploymentVersion
	if o := one.GetDeploymentOptions(); o.GetWorkerVersioningMode() == enumspb.WORKER_VERSIONING_MODE_VERSIONED {
		v.DeploymentName, v.BuildID = o.GetDeploymentName(), o.GetBuildId()
	}
	if p.running[v] == nil {
		p.running[v] = make(map[string]bool)
	}
	p.running[v][one.GetIdentity()] = true
}

// deployments returns the names of deployments that have pollers or are current.
func (p *poll) deployments() []string {
	names := make(map[string]bool)
	for v := range p.running {
		names[v.DeploymentName] = true
	}
	names[p.current.DeploymentName] = true
	delete(names, "")
	return slices.Sorted(maps.Keys(names))
}

// name returns the name of a build, with its deployment when there are several.
func (p *poll) name(v worker.WorkerDeploymentVersion) string {
	if len(p.deployments()) > 1 && v.BuildID != "" {
		return v.DeploymentName + ":" + v.BuildID
	}
	return v.BuildID
}

// RunningBuilds returns which builds have running workers and which one is current. It makes one short call to the Temporal
// server, and returns the zero value when that fails.
func (s *Starter) RunningBuilds(ctx context.Context) incident.Builds {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	p, err := s.poll(ctx)
	if err != nil {
		return incident.Builds{}
	}
	b := incident.Builds{Asked: true, Current: p.name(p.current)}
	for v := range p.running {
		b.Running = append(b.Running, p.name(v))
	}
	slices.Sort(b.Running)
	return b
}

// Builds returns all builds of a deployment; an empty name means the deployment of the running workers.
func (s *Starter) Builds(ctx context.Context, deployment string) (Builds, error) {
	p, err := s.poll(ctx)
	if err != nil {
		return Builds{}, err
	}
	if deployment, err = p.choose(deployment); err != nil {
		return Builds{}, err
	}
	out := Builds{Deployment: deployment, Builds: []Build{}}
	if deployment != "" {
		if err := s.versions(ctx, p, &out); err != nil {
			return Builds{}, err
		}
	}
	if unnamed := len(p.running[worker.WorkerDeploymentVersion{}]); unnamed > 0 || deployment == "" {
		state := BuildWaiting
		if p.current.BuildID == "" {
			state = BuildCurrent
		}
		out.Builds = append(out.Builds, Build{State: state, Workers: unnamed})
	}
	return out, nil
}

// choose returns the deployment to use.
func (p *poll) choose(deployment string) (string, error) {
	names := p.deployments()
	switch {
	case deployment != "":
		return deployment, nil
	case len(names) > 1:
		return "", usagef("the workers report several deployments, %v: name one with --deployment", names)
	case len(names) == 1:
		return names[0], nil
	}
	return "", nil
}

// versions adds the server's data about a deployment. An unknown deployment is a *UsageError.
func (s *Starter) versions(ctx context.Context, p poll, out *Builds) error {
	d, err := s.Temporal.WorkerDeploymentClient().GetHandle(out.Deployment).Describe(ctx, client.WorkerDeploymentDescribeOptions{})
	var unknown *serviceerror.NotFound
	if errors.As(err, &unknown) {
		return usagef("the Temporal server knows no deployment %q: no worker with TOWPATH_DEPLOYMENT=%s has asked for work yet", out.Deployment, out.Deployment)
	}
	if err != nil {
		return fmt.Errorf("describe deployment %s: %w", out.Deployment, err)
	}
	if p.current.DeploymentName == out.Deployment {
		out.Current, out.Since = p.current.BuildID, p.changed
	}
	if p.ramping.DeploymentName == out.Deployment {
		out.Ramping, out.Percentage = p.ramping.BuildID, p.ramped
	}
	for _, v := range d.Info.VersionSummaries {
		out.Builds = append(out.Builds, Build{
			ID: v.Version.BuildID, State: out.stateOf(v), Workers: len(p.running[v.Version]), Created: v.CreateTime,
		})
	}
	slices.SortFunc(out.Builds, func(a, b Build) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID)) })
	return nil
}

func (b *Builds) stateOf(v client.WorkerDeploymentVersionSummary) BuildState {
	switch {
	case v.Version.BuildID == b.Current:
		return BuildCurrent
	case v.Version.BuildID == b.Ramping:
		return BuildRamping
	case v.DrainageStatus == client.WorkerDeploymentVersionDrainageStatusDraining:
		return BuildDraining
	case v.DrainageStatus == client.WorkerDeploymentVersionDrainageStatusDrained:
		return BuildDrained
	}
	return BuildWaiting
}
