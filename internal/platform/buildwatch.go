package platform

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/incident"
)

// When the workers' build is checked: soon after the start, when the server knows the workers, and then regularly.
const (
	firstLook = 5 * time.Second
	lookEvery = time.Minute
)

// buildWatch logs whether a worker's build gets new work, since the server holds work back without a message.
type buildWatch struct {
	build       string // of this process; empty: it reports none
	ask         func(context.Context) incident.Builds
	logger      *zap.Logger
	lastWarning string // the last message, which is not repeated unless somebody has to act
	cancel      context.CancelFunc
	done        chan struct{}
}

func startBuildWatch(ctx context.Context, p *Platform) *buildWatch {
	w := &buildWatch{build: p.Settings.BuildID, ask: p.Starter.RunningBuilds, logger: p.logger, done: make(chan struct{})}
	ctx, w.cancel = context.WithCancel(context.WithoutCancel(ctx))
	go w.run(ctx)
	return w
}

func (w *buildWatch) run(ctx context.Context) {
	defer close(w.done)
	next := time.NewTimer(firstLook)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
			w.look(ctx)
			next.Reset(lookEvery)
		}
	}
}

// look logs changes, and repeats what somebody must act on.
func (w *buildWatch) look(ctx context.Context) {
	builds := w.ask(ctx)
	if builds.Waits() {
		for _, n := range incident.Triage(incident.Facts{Builds: builds}) {
			w.logger.Warn("New work waits.", zap.String("why", n.Title), zap.String("command", n.Command))
		}
		w.lastWarning = ""
		return
	}
	message := "This build gets new work."
	switch {
	case len(builds.Running) == 0: // it is not known
		return
	case w.build == "" && builds.Current == "":
		return
	case builds.Current != w.build:
		message = "Another build gets new work; this one gets what it began itself."
	}
	if message != w.lastWarning {
		w.logger.Info(message, zap.String("build", w.build), zap.String("current", builds.Current))
	}
	w.lastWarning = message
}

func (w *buildWatch) stop() {
	w.cancel()
	<-w.done
}
