package polltest

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// failing records the message with which a test failed.
type failing struct {
	testing.TB
	said string
}

func (f *failing) Helper() {}

func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func TestUntilReturnsAsSoonAsTheConditionHolds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began, looks := time.Now(), 0
		Until(t, "the third look", func() bool { looks++; return looks == 3 })
		require.Equal(t, 3, looks)
		require.Equal(t, 2*interval, time.Since(began))
	})
}

func TestUntilSaysWhatItWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began, f, ended := time.Now(), &failing{TB: t}, make(chan struct{})
		go func() {
			defer close(ended)
			Until(f, "the level is live", func() bool { return false })
		}()
		<-ended
		require.Equal(t, "waited 1m0s in vain: the level is live", f.said)
		require.GreaterOrEqual(t, time.Since(began), within)
	})
}

func TestAConditionMayFailTheTestItself(t *testing.T) {
	t.Parallel()
	f, ended := &failing{TB: t}, make(chan struct{})
	go func() {
		defer close(ended)
		Until(f, "never", func() bool { f.Fatalf("the listing can't be read"); return false })
	}()
	<-ended
	require.Equal(t, "the listing can't be read", f.said)
}
