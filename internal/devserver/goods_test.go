package devserver

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/account"
)

// The next start imports a file whose import failed; it leaves alone a file that is there, because the merchant may
// have changed it.
func TestGoodsAreImportedUntilTheyAreIn(t *testing.T) {
	t.Parallel()
	f := &fakeOperator{catalogue: errors.New("the disk is full")}
	d, _ := observing(t, f)
	err := d.importFile(t.Context(), demoFile, demoGoods)
	require.EqualError(t, err, "import goods.csv: the disk is full")
	require.NoFileExists(t, d.folder.file(demoFile))
	f.catalogue = nil
	require.NoError(t, d.importFile(t.Context(), demoFile, demoGoods))
	require.FileExists(t, d.folder.file(demoFile))
	require.NoError(t, d.importFile(t.Context(), demoFile, demoGoods))
	require.Equal(t, 2, f.imported)
}

func TestGoodsThatCannotBePublishedSayWhere(t *testing.T) {
	t.Parallel()
	f := &fakeOperator{}
	d, out := observing(t, f)
	require.NoError(t, d.publishGoods(t.Context()))
	require.Empty(t, f.asked, "the account observes")

	require.NoError(t, d.firstDay(t.Context()))
	f.publish = errors.New("no connection")
	require.EqualError(t, d.publishGoods(t.Context()), "publish the goods on amazon-uk: no connection")
	require.NotContains(t, out.String(), "are being published")
}

// An account that somebody has paused keeps nobody from starting again, and its goods wait.
func TestGoodsOfAPausedAccountWait(t *testing.T) {
	t.Parallel()
	f := &fakeOperator{}
	d, _ := observing(t, f)
	require.NoError(t, d.firstDay(t.Context()))
	_, err := d.platform.Store.Accounts.PauseWork(t.Context(), "amazon-uk", account.Listings, "a look first")
	require.NoError(t, err)
	require.NoError(t, d.publishGoods(t.Context()))
	require.Empty(t, f.asked)
	_, err = d.platform.Store.Accounts.ResumeWork(t.Context(), "amazon-uk", account.Listings)
	require.NoError(t, err)
	require.NoError(t, d.publishGoods(t.Context()))
	require.Len(t, f.asked, 1)
}

// A later start in the same folder uses the same key, and prints nothing about a run that has ended.
func TestGoodsArePublishedOnce(t *testing.T) {
	t.Parallel()
	f := &fakeOperator{}
	d, out := observing(t, f)
	require.NoError(t, d.firstDay(t.Context()))
	require.NoError(t, d.publishGoods(t.Context()))
	require.Contains(t, out.String(), "amazon-uk: the goods of "+d.folder.file(demoFile)+" are being published")
	said := out.String()
	f.ended = time.Now()
	require.NoError(t, d.publishGoods(t.Context()))
	require.Equal(t, said, out.String())
	require.Len(t, f.asked, 2)
	require.Equal(t, f.asked[0].Key, f.asked[1].Key)
	require.NotEmpty(t, f.asked[0].Key)
}
