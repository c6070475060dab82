package vault

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/postgrestest"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.fuzz").Value.String() != "" {
		os.Exit(m.Run()) // fuzzing needs no database, and its workers would wait for each other's
	}
	os.Exit(postgrestest.Main(m))
}

const shop = "shopify-uk"

// both runs a test on both databases. open starts one more process: a store of its own on the same database.
func both(t *testing.T, test func(t *testing.T, open func() *store.Store)) {
	t.Helper()
	for name, address := range map[string]func(testing.TB) string{
		"sqlite":   func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "store.db") },
		"postgres": postgrestest.URL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := address(t)
			open := func() *store.Store {
				s, err := store.Open(context.Background(), url, keyring.ForSimulations())
				require.NoError(t, err)
				t.Cleanup(func() { _ = s.Close() })
				return s
			}
			require.NoError(t, open().Migrate(context.Background()))
			test(t, open)
		})
	}
}

func keys(t *testing.T, text string) Keys {
	t.Helper()
	k, err := ParseKeys(text)
	require.NoError(t, err)
	return k
}

func adopted(t *testing.T, s *store.Store, k Keys, refreshToken string) *Vault {
	t.Helper()
	v := New(s, k)
	require.NoError(t, v.Adopt(t.Context(), shop, refreshToken))
	return v
}

// tokenIssuer issues tokens as Shopify does: it accepts the refresh token that it issued last, and the one before until its
// successor is used.
type tokenIssuer struct {
	mu       sync.Mutex
	n        int
	accepted map[string]bool
	calls    atomic.Int32
	under    atomic.Int32
}

func newTokenIssuer(first string) *tokenIssuer {
	return &tokenIssuer{accepted: map[string]bool{first: true}}
}

func (b *tokenIssuer) refresh(first string) Refresh {
	return func(_ context.Context, held channel.Grant) (channel.Grant, error) {
		b.calls.Add(1)
		if b.under.Add(1) > 1 {
			return channel.Grant{}, errors.New("two refreshes at once")
		}
		defer b.under.Add(-1)
		b.mu.Lock()
		defer b.mu.Unlock()
		with := held.RefreshToken
		if held.Version == 0 {
			with = first
		}
		if !b.accepted[with] {
			f := channel.NewFault(channel.Auth, "token", "invalid_grant")
			return channel.Grant{}, f
		}
		b.n++
		next := fmt.Sprintf("shprt_%d", b.n)
		b.accepted = map[string]bool{with: true, next: true}
		return channel.Grant{AccessToken: fmt.Sprintf("shpat_%d", b.n), RefreshToken: next, ExpiresAt: time.Now().Add(time.Hour).UTC()}, nil
	}
}

func TestManyCallersInTwoProcessesRefreshOnce(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, open func() *store.Store) {
		k := keys(t, keyring.New())
		vaults := []*Vault{adopted(t, open(), k, "first-token"), adopted(t, open(), k, "first-token")}
		channelSide := newTokenIssuer("first-token")
		for round := range int64(3) {
			grants := make([]channel.Grant, 40)
			errs := make([]error, len(grants))
			var wg sync.WaitGroup
			for i := range grants {
				wg.Go(func() {
					grants[i], errs[i] = vaults[i%2].Rotate(t.Context(), shop, round, channelSide.refresh("first-token"))
				})
			}
			wg.Wait()
			for i := range grants {
				require.NoError(t, errs[i])
				require.Equal(t, grants[0].AccessToken, grants[i].AccessToken)
				require.Equal(t, round+1, grants[i].Version)
			}
			require.EqualValues(t, round+1, channelSide.calls.Load())
		}
		kept, err := vaults[0].Grant(t.Context(), shop)
		require.NoError(t, err)
		require.Equal(t, "shpat_3", kept.AccessToken)
		require.Equal(t, "shprt_3", kept.RefreshToken)
	})
}

// A process that dies between the channel's answer and saving it leaves a lease and no grant. The next one uses the
// previous refresh token, which the channel accepts until its successor is used.
func TestAHolderThatDiedIsReplaced(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, open func() *store.Store) {
		k, s := keys(t, keyring.New()), open()
		v := adopted(t, s, k, "first-token")
		channelSide := newTokenIssuer("first-token")
		first, err := v.Rotate(t.Context(), shop, 0, channelSide.refresh("first-token"))
		require.NoError(t, err)

		row, err := s.Accounts.Grant(t.Context(), shop)
		require.NoError(t, err)
		taken, err := s.Accounts.LeaseGrant(t.Context(), row, "dead", 300*time.Millisecond)
		require.NoError(t, err)
		require.True(t, taken)
		taken, err = s.Accounts.LeaseGrant(t.Context(), row, "late", time.Minute)
		require.NoError(t, err)
		require.False(t, taken, "it was leased since it was read")
		_, err = channelSide.refresh("first-token")(t.Context(), first) // the channel answers, and the process dies with the answer
		require.NoError(t, err)

		second, err := adopted(t, open(), k, "first-token").Rotate(t.Context(), shop, first.Version, channelSide.refresh("first-token"))
		require.NoError(t, err)
		require.Equal(t, "shpat_3", second.AccessToken)
		require.Equal(t, first.Version+1, second.Version)
	})
}

func TestARefusedGrantCostsOneCallHoweverManyWait(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, open func() *store.Store) {
		v := adopted(t, open(), keys(t, keyring.New()), "first-token")
		waiting := make(chan struct{})
		var calls atomic.Int32
		refused := channel.NewFault(channel.Auth, "token", "invalid_grant")
		refresh := func(context.Context, channel.Grant) (channel.Grant, error) {
			calls.Add(1)
			<-waiting
			return channel.Grant{}, refused
		}
		errs := make(chan error, 30)
		for range cap(errs) {
			f := v.join(t.Context(), shop, 0, refresh)
			go func() { <-f.done; errs <- f.err }()
		}
		close(waiting)
		for range cap(errs) {
			require.Equal(t, refused, channel.AsFault(<-errs, "token"))
		}
		require.EqualValues(t, 1, calls.Load())
		for range 30 {
			_, err := v.Rotate(t.Context(), shop, 0, refresh)
			require.Equal(t, refused, channel.AsFault(err, "token"))
		}
		require.LessOrEqual(t, calls.Load(), int32(5), "nor is it asked for again at once")
		row, err := v.store.Accounts.Grant(t.Context(), shop)
		require.NoError(t, err)
		require.Empty(t, row.Holder, "the next try need not wait for the lease")
	})
}

func TestWhatCanNotBeOpenedIsSaidAndKept(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, open func() *store.Store) {
		s, old := open(), keyring.New()
		v := adopted(t, s, keys(t, old), "first-token")
		channelSide := newTokenIssuer("first-token")
		first, err := v.Rotate(t.Context(), shop, 0, channelSide.refresh("first-token"))
		require.NoError(t, err)

		other := adopted(t, s, keys(t, keyring.New()), "first-token")
		_, err = other.Grant(t.Context(), shop)
		require.ErrorIs(t, err, ErrOtherKey)
		_, err = other.Rotate(t.Context(), shop, first.Version, channelSide.refresh("first-token"))
		require.ErrorIs(t, err, ErrOtherKey)
		require.Equal(t, CodeOtherKey, channel.AsFault(err, "token").Code)
		require.EqualValues(t, 1, channelSide.calls.Load())
		kept, err := v.Grant(t.Context(), shop)
		require.NoError(t, err)
		require.Equal(t, first, kept)

		// A new key in front decrypts what the old one encrypted, and encrypts from then on.
		fresh := keyring.New()
		both := adopted(t, s, keys(t, fresh+", "+old), "first-token")
		second, err := both.Rotate(t.Context(), shop, first.Version, channelSide.refresh("first-token"))
		require.NoError(t, err)
		kept, err = adopted(t, s, keys(t, fresh), "first-token").Grant(t.Context(), shop)
		require.NoError(t, err)
		require.Equal(t, second, kept)

		row, err := s.Accounts.Grant(t.Context(), shop)
		require.NoError(t, err)
		for name, change := range map[string]func(g *accounts.Grant){
			"an older version": func(g *accounts.Grant) { g.Version += 5 },
			"a changed byte":   func(g *accounts.Grant) { g.Sealed = "A" + g.Sealed[:len(g.Sealed)-1] },
			"cut":              func(g *accounts.Grant) { g.Sealed = g.Sealed[:12] },
			"no base64":        func(g *accounts.Grant) { g.Sealed = "?" },
		} {
			changed := row
			change(&changed)
			_, err = both.open(changed)
			require.True(t, errors.Is(err, ErrTampered) || errors.Is(err, ErrOtherKey), name)
		}
		moved := row
		moved.Account = "shopify-de"
		require.NoError(t, both.Adopt(t.Context(), moved.Account, "first-token"))
		_, err = both.open(moved)
		require.ErrorIs(t, err, ErrTampered, "a row of another account")
	})
}

// After a new authorisation, the account begins with the new token. A process that still has the old one reports it,
// and does not cause the new grant to be refused.
func TestANewRefreshTokenReplacesWhatIsKept(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, open func() *store.Store) {
		k := keys(t, keyring.New())
		old := adopted(t, open(), k, "first-token")
		before, err := old.Rotate(t.Context(), shop, 0, newTokenIssuer("first-token").refresh("first-token"))
		require.NoError(t, err)

		renewed := adopted(t, open(), k, "second-token")
		kept, err := renewed.Grant(t.Context(), shop)
		require.NoError(t, err)
		require.Zero(t, kept.Version)
		after, err := renewed.Rotate(t.Context(), shop, 0, newTokenIssuer("second-token").refresh("second-token"))
		require.NoError(t, err)
		require.Greater(t, after.Version, before.Version)

		_, err = old.Rotate(t.Context(), shop, before.Version, func(context.Context, channel.Grant) (channel.Grant, error) {
			return channel.Grant{}, errors.New("nobody asks the channel")
		})
		require.ErrorIs(t, err, ErrReplaced)
		again := adopted(t, open(), k, "second-token")
		kept, err = again.Grant(t.Context(), shop)
		require.NoError(t, err)
		require.Equal(t, after, kept, "a restart with the same accounts file keeps what there is")
	})
}

// A grant that the store could not save is neither used nor forgotten.
func TestAGrantThatWasNotStoredIsStoredNext(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, open func() *store.Store) {
		k, s := keys(t, keyring.New()), open()
		v := adopted(t, s, k, "first-token")
		v.lease = 2 * time.Second
		channelSide := newTokenIssuer("first-token")
		_, err := v.Rotate(t.Context(), shop, 0, func(ctx context.Context, held channel.Grant) (channel.Grant, error) {
			grant, err := channelSide.refresh("first-token")(ctx, held)
			return grant, errors.Join(err, s.Close())
		})
		require.Error(t, err)
		v.store = open()
		grant, err := v.Rotate(t.Context(), shop, 0, channelSide.refresh("first-token"))
		require.NoError(t, err)
		require.Equal(t, "shpat_1", grant.AccessToken)
		require.EqualValues(t, 1, channelSide.calls.Load())
	})
}

func TestTheDatabaseFileHoldsNoToken(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "store.db")
	s, err := store.Open(t.Context(), "sqlite:"+file, keyring.ForSimulations())
	require.NoError(t, err)
	require.NoError(t, s.Migrate(t.Context()))
	v := adopted(t, s, keys(t, keyring.New()), "token-of-the-accounts-file")
	_, err = v.Rotate(t.Context(), shop, 0, newTokenIssuer("token-of-the-accounts-file").refresh("token-of-the-accounts-file"))
	require.NoError(t, err)
	require.NoError(t, s.Close())
	files, err := filepath.Glob(file + "*")
	require.NoError(t, err)
	seen := ""
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		seen += string(text)
	}
	require.Contains(t, seen, shop)
	for _, secret := range []string{"shpat_", "shprt_", "token-of"} {
		require.NotContains(t, seen, secret)
	}
}

func TestKeysAreCheckedAndNeverRepeated(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "short", keyring.New() + ",", "c2VjcmV0", strings.Repeat("A", 44)} {
		_, err := ParseKeys(text)
		require.ErrorContains(t, err, "openssl rand -base64 32", text)
		if text != "" {
			require.NotContains(t, err.Error(), text)
		}
	}
}

func FuzzOpen(f *testing.F) {
	k, err := ParseKeys("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
	if err != nil {
		f.Fatal(err)
	}
	sealed := k.Seal([]byte(`{"AccessToken":"shpat_1"}`), shop, 7)
	f.Add(sealed, shop, int64(7))
	f.Add(sealed, shop, int64(8))
	f.Add(sealed[:20], shop, int64(7))
	f.Add("", "", int64(0))
	f.Add("AAAA", "a\x00b", int64(-1))
	f.Fuzz(func(t *testing.T, text, account string, version int64) {
		opened, err := k.Open(text, account, version)
		if err != nil {
			require.True(t, errors.Is(err, ErrTampered) || errors.Is(err, ErrOtherKey))
			return
		}
		require.Equal(t, shop, account)
		require.EqualValues(t, 7, version)
		require.JSONEq(t, `{"AccessToken":"shpat_1"}`, string(opened))
	})
}
