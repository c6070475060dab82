package platform

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
)

// saveRatesEvery is how often changed observed rates are saved.
const saveRatesEvery = time.Minute

// rateSaver saves the observed rates, so that other processes see them and budgets follow them.
type rateSaver struct {
	platform    *Platform
	connections activities.Connections
	saved       map[string][]channel.ObservedRate // by account
	cancel      context.CancelFunc
	done        chan struct{}
}

// startRateSaver saves until it is stopped.
func startRateSaver(ctx context.Context, p *Platform, connections activities.Connections) *rateSaver {
	l := &rateSaver{platform: p, connections: connections, saved: make(map[string][]channel.ObservedRate), done: make(chan struct{})}
	ctx, l.cancel = context.WithCancel(context.WithoutCancel(ctx))
	go l.run(ctx)
	return l
}

func (l *rateSaver) run(ctx context.Context) {
	defer close(l.done)
	tick := time.NewTicker(saveRatesEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			l.save(ctx)
		}
	}
}

// save saves new rates. A failed save is tried again the next time.
func (l *rateSaver) save(ctx context.Context) {
	for account, c := range l.connections {
		observer, ok := c.(channel.RateObserver)
		if !ok {
			continue
		}
		observed := observer.ObservedRates()
		if slices.Equal(observed, l.saved[account]) {
			continue
		}
		if err := l.platform.Starter.ObserveRates(ctx, l.platform.Settings.TemporalNamespace, account, observed); err != nil {
			l.platform.logger.Warn("The rates that the channel reports were not saved; it is tried again.", zap.String("account", account), zap.Error(err))
			continue
		}
		l.saved[account] = observed
	}
}

func (l *rateSaver) stop() {
	l.cancel()
	<-l.done
}
