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

// BuildState is what the Temporal server does with a build of the workers.
type BuildState string

// The states of a build.
const (
	BuildCurrent  BuildState = "current"  // it gets what is new, and what goes on under whatever build is current
	BuildRamping  BuildState = "ramping"  // it gets a part of that
	BuildWaiting  BuildState = "waiting"  // it was never current and gets nothing
	BuildDraining BuildState = "draining" // it gets what it began itself, and some of that has not ended
	BuildDrained  BuildState = "drained"  // nothing is left to it
)

// Build is one build of the workers.
type Build struct {
	ID      string     `json:"build,omitempty"` // empty: the workers that tell no build
	State   BuildState `json:"state"`
	Workers int        `json:"workers"`          // processes that asked for work in the last two minutes
	Created time.Time  `json:"created,omitzero"` // when the first worker of it asked for work
}

// Builds are the builds of the workers, and which of them gets the work.
type Builds struct {
	Deployment string    `json:"deployment,omitempty"` // empty: no worker tells its build
	Current    string    `json:"current,omitempty"`    // empty: the workers that tell no build
	Since      time.Time `json:"since,omitzero"`       // when that changed
	Ramping    string    `json:"ramping,omitempty"`
	Percentage float32   `json:"percentage,omitempty"` // of the work, for the ramping one
	Builds     []Build   `json:"builds"`               // newest first
}

// pollTells is for how long a worker that asked for work counts as running: each question lasts for a minute at most.
const pollTells = 2 * time.Minute

// poll is what the queue of the workflows says of those who ask it for work.
type poll struct {
	current worker.WorkerDeploymentVersion                     // zero: the workers that tell no build
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
		if time.Since(one.GetLastAccessTime().AsTime()) < pollTells {
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

// deployments are the names of those that are told or have the work.
func (p *poll) deployments() []string {
	names := make(map[string]bool)
	for v := range p.running {
		names[v.DeploymentName] = true
	}
	names[p.current.DeploymentName] = true
	delete(names, "")
	return slices.Sorted(maps.Keys(names))
}

// name is a build in words: with its deployment where there are several.
func (p *poll) name(v worker.WorkerDeploymentVersion) string {
	if len(p.deployments()) > 1 && v.BuildID != "" {
		return v.DeploymentName + ":" + v.BuildID
	}
	return v.BuildID
}

// RunningBuilds answers which builds of the workers ask for work and which one gets it, with one short call to the Temporal server; the zero
// value when that does not say.
func (s *Starter) RunningBuilds(ctx context.Context) incident.Builds {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	p, err := s.poll(ctx)
	if err != nil {
		return incident.Builds{}
	}
	b := incident.Builds{Current: p.name(p.current)}
	for v := range p.running {
		b.Running = append(b.Running, p.name(v))
	}
	slices.Sort(b.Running)
	return b
}

// Builds answers all builds of a deployment. An empty name is that of the workers that run.
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
	if told := len(p.running[worker.WorkerDeploymentVersion{}]); told > 0 || deployment == "" {
		state := BuildWaiting
		if p.current.BuildID == "" {
			state = BuildCurrent
		}
		out.Builds = append(out.Builds, Build{State: state, Workers: told})
	}
	return out, nil
}

// choose answers the deployment that is meant.
func (p *poll) choose(deployment string) (string, error) {
	names := p.deployments()
	switch {
	case deployment != "":
		return deployment, nil
	case len(names) > 1:
		return "", usagef("the workers tell several deployments, %v: say which one with --deployment", names)
	case len(names) == 1:
		return names[0], nil
	}
	return "", nil
}

// versions adds what the server keeps of a deployment. One that it does not know is a *UsageError.
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
