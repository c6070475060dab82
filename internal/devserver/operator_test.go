package devserver

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/buyers"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/storetest"
	"github.com/towpath/towpath/starter"
)

// lines is an output that several goroutines can write to.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// fakeOperator does nothing, and fails where the test wants it to.
type fakeOperator struct {
	operator
	importLinks func(account string) error
	fault       *channel.Fault // with which each import of listings ends
	match, wake error
	publish     error
	ended       time.Time // when a run that was requested before has ended
	catalogue   error

	mu       sync.Mutex
	imported int
	asked    []starter.PublishRequest
}

func (f *fakeOperator) ImportLinks(_ context.Context, account string) error {
	if f.importLinks == nil {
		return nil
	}
	return f.importLinks(account)
}

func (f *fakeOperator) LinksImported(context.Context, string, func(message.Status)) (message.LinksImportResult, error) {
	return message.LinksImportResult{Fault: f.fault}, nil
}

func (f *fakeOperator) MatchLinks(context.Context, string, bool) (starter.Matches, error) {
	return starter.Matches{}, f.match
}

func (f *fakeOperator) WakeStock(context.Context, []string) error { return f.wake }

func (f *fakeOperator) Publish(_ context.Context, ask starter.PublishRequest) (publications.Publication, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, ask)
	return publications.Publication{EndedAt: f.ended}, f.publish
}

func (f *fakeOperator) ImportCatalogue(context.Context, *merchantfile.File, starter.ImportOptions) (starter.CatalogueImport, error) {
	f.imported++
	return starter.CatalogueImport{}, f.catalogue
}

// observing returns a platform with a fake operator, whose accounts observe.
func observing(t *testing.T, f *fakeOperator) (*dev, *lines) {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "store.db"), keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	require.NoError(t, s.Migrate(t.Context()))
	require.NoError(t, s.Settings.SaveAccounts(t.Context(), storetest.Accounts()[:3]))
	o, out := testOptions(t), &lines{}
	d := newDev(o, out)
	d.logger, d.platform, d.starter = zap.NewNop(), &platform.Platform{Store: s}, f
	d.folder = &folder{path: t.TempDir()}
	d.player = &buyers.Player{}
	d.simulation = &simulation{accounts: []simulator.Account{{ID: "amazon-uk", Kind: channel.Amazon, Endpoint: channel.Production}}}
	return d, out
}

// observers returns the accounts that observe.
func observers(t *testing.T, d *dev) []string {
	t.Helper()
	all, err := d.platform.Store.Accounts.List(t.Context())
	require.NoError(t, err)
	var ids []string
	for _, a := range all {
		if a.Observing {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

func TestAnAccountWhoseImportFailsStaysObserving(t *testing.T) {
	t.Parallel()
	d, out := observing(t, &fakeOperator{importLinks: func(account string) error {
		if account == "ebay-uk" {
			return errors.New("no connection")
		}
		return nil
	}})
	require.NoError(t, d.firstDay(t.Context()))
	require.Equal(t, []string{"ebay-uk"}, observers(t, d))
	require.Equal(t, "ebay-uk observes: no connection. Towpath sends nothing there until `accounts live ebay-uk`.\n", out.String())
}

func TestAnAccountThatCannotBeMatchedStaysObserving(t *testing.T) {
	t.Parallel()
	d, out := observing(t, &fakeOperator{match: errors.New("the store is full")})
	require.NoError(t, d.firstDay(t.Context()))
	require.Len(t, observers(t, d), 3)
	require.Equal(t, 3, strings.Count(out.String(), "observes: the store is full."))
}

// An account that somebody lets observe again, or whose going live was undone, stays so at the next start.
func TestARestartDoesNotUndoAnUndo(t *testing.T) {
	t.Parallel()
	d, _ := observing(t, &fakeOperator{})
	require.NoError(t, d.firstDay(t.Context()))
	require.Empty(t, observers(t, d))
	_, err := d.platform.Store.Settings.Observe(t.Context(), "ebay-uk")
	require.NoError(t, err)
	require.NoError(t, d.firstDay(t.Context()))
	require.Equal(t, []string{"ebay-uk"}, observers(t, d))
}

// An account is live before its levels are sent: if waking its levels failed, it is still not reported as observing.
func TestALiveAccountIsNotSaidToObserve(t *testing.T) {
	t.Parallel()
	d, out := observing(t, &fakeOperator{wake: errors.New("no connection")})
	require.NoError(t, d.firstDay(t.Context()))
	require.Empty(t, observers(t, d))
	require.Empty(t, out.String())
}

// If the time runs out, the reason is the channel's fault and not the timeout.
func TestListingsThatStayUnreadableSayWhy(t *testing.T) {
	t.Parallel()
	d, _ := observing(t, &fakeOperator{fault: channel.NewFault(channel.Classes()[0], "getListings", "")})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	err := d.link(ctx, "amazon-uk")
	require.ErrorContains(t, err, "its listings can't be read")
	require.ErrorContains(t, err, "getListings")
	require.Len(t, observers(t, d), 3)
}

func TestAnInterruptedFirstDayTellsNobodyThatAnAccountObserves(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	d, out := observing(t, &fakeOperator{importLinks: func(string) error {
		interrupt()
		return ctx.Err()
	}})
	require.ErrorIs(t, d.firstDay(ctx), context.Canceled)
	require.Len(t, observers(t, d), 3)
	require.Empty(t, out.String())
}

// The accounts are saved as the accounts file has them: a start that saved real ones after simulated ones would let them observe.
func TestAStartLeavesLiveAccountsLive(t *testing.T) {
	t.Parallel()
	d, _ := observing(t, &fakeOperator{})
	d.simulation.accounts[0].Address, d.simulation.accounts[0].Marketplace = "http://127.0.0.1:7501", "A1F83G8C2ARO7P"
	d.simulation.accounts[0].Credentials = map[string]string{"clientId": "c", "clientSecret": "s", "refreshToken": "r", "sellerId": "A2"}
	file := filepath.Join(t.TempDir(), "accounts.yaml")
	require.NoError(t, config.WriteAccounts(file, d.accounts()))
	written, err := config.LoadAccounts(file)
	require.NoError(t, err)
	require.Len(t, written, 1)
	require.Equal(t, written[0].Store.Simulated, d.accounts()[0].Store.Simulated)
	require.Equal(t, written[0].Store.Host, d.accounts()[0].Store.Host)
	require.False(t, written[0].Store.ToAnotherShop(d.accounts()[0].Store))
}
