package platform

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
)

// learnEvery is how often what the connections have learned is kept, where it has changed.
const learnEvery = time.Minute

// learner keeps what the channels' answers say of the accounts' budgets, so that other processes see it and
// budgets follow it.
type learner struct {
	platform    *Platform
	connections activities.Connections
	kept        map[string][]channel.LearnedRate // by account
	cancel      context.CancelFunc
	done        chan struct{}
}

// startLearner learns until stop.
func startLearner(ctx context.Context, p *Platform, connections activities.Connections) *learner {
	l := &learner{platform: p, connections: connections, kept: make(map[string][]channel.LearnedRate), done: make(chan struct{})}
	ctx, l.cancel = context.WithCancel(context.WithoutCancel(ctx))
	go l.run(ctx)
	return l
}

func (l *learner) run(ctx context.Context) {
	defer close(l.done)
	tick := time.NewTicker(learnEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			l.keep(ctx)
		}
	}
}

// keep keeps what is new. What can't be kept now is tried again the next time.
func (l *learner) keep(ctx context.Context) {
	for account, c := range l.connections {
		teacher, ok := c.(channel.Learner)
		if !ok {
			continue
		}
		told := teacher.Learned()
		if slices.Equal(told, l.kept[account]) {
			continue
		}
		if err := l.platform.Starter.Learn(ctx, l.platform.Settings.TemporalNamespace, account, told); err != nil {
			l.platform.logger.Warn("What the channel says of its budget is not kept; it is tried again.", zap.String("account", account), zap.Error(err))
			continue
		}
		l.kept[account] = told
	}
}

func (l *learner) stop() {
	l.cancel()
	<-l.done
}
