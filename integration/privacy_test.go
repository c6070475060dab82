package integration

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/proto"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
)

// buyersOf returns all words with which the marketplaces describe their buyers, and what the buyers wrote: notes and gift messages first.
func buyersOf(t *testing.T, dir string) []string {
	t.Helper()
	known, notes, gifts := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	eachLedger(t, dir, func(_ string, r *market.Reader) {
		placed, _, err := r.Orders(t.Context(), market.Filter{ByCreation: true, Limit: 10_000})
		require.NoError(t, err)
		for _, o := range placed {
			b := o.Buyer
			for _, word := range []string{b.Name, b.Email, b.Phone, b.Line1} {
				require.NotEmpty(t, word)
				known[word] = true
			}
			notes[b.Note], gifts[b.Gift] = true, true
		}
	})
	delete(notes, "")
	delete(gifts, "")
	require.NotEmpty(t, known)
	require.NotEmpty(t, notes)
	require.NotEmpty(t, gifts)
	var words []string
	for _, set := range []map[string]bool{notes, gifts, known} {
		words = slices.AppendSeq(words, maps.Keys(set))
	}
	t.Logf("the marketplaces' buyers wrote %d notes and %d gift messages; %d words are names, addresses, phones and e-mails", len(notes), len(gifts), len(known))
	return words
}

// meetBadAnswers lets every marketplace cut answers in two and send orders that can't be read, until each account has met both. So
// what is kept of them is there when buyers are searched for. The marketplaces are in dir, and towpath runs the command line.
func meetBadAnswers(p *program, dir string, towpath func(args ...string) (stdout, stderr string, code int)) {
	p.t.Helper()
	selling := []string{"amazon-uk", "ebay-uk", "shopify-uk"}
	for _, a := range selling {
		switchOn(p, dir, a, rates(faults.Truncated, 1))
	}
	for _, a := range selling {
		awaitFaults(p, dir, a, faults.Truncated, 2)
		switchOn(p, dir, a, rates(faults.UnreadableOrder, 1))
	}
	for _, a := range selling {
		p.eventually("an order of "+a+" to be set aside", func() bool {
			_, _, code := towpath("orders", "aside", "list", "--account", a)
			return code == 3
		})
		switchOn(p, dir, a, faults.Rates{})
	}
}

// openSealed opens the store of a towpath-dev with its key.
func openSealed(t *testing.T, dir string, dev config.Dev) *store.Store {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(dataDir(dir), "buyer.key"))
	require.NoError(t, err)
	ring, err := keyring.Parse(buyer.Setting, strings.TrimSpace(string(key)))
	require.NoError(t, err)
	s, err := store.Open(t.Context(), dev.DatabaseURL, ring)
	require.NoError(t, err)
	return s
}

// sealedNotes reports whether what the search looks for is there: sealed records with notes of all three channels, and with gift messages
// of those that take them.
func sealedNotes(t *testing.T, s *store.Store) bool {
	t.Helper()
	list, err := s.Orders.Find(t.Context(), orders.OrderFilter{Limit: 10_000})
	require.NoError(t, err)
	rows, kinds := make([]int64, len(list)), map[int64]channel.Kind{}
	for i, o := range list {
		rows[i], kinds[o.Key.RowID] = o.Key.RowID, o.Key.Account.Channel
	}
	found, err := s.Buyers.Open(t.Context(), rows)
	require.NoError(t, err)
	notes, gifts := map[channel.Kind]int{}, map[channel.Kind]int{}
	for row, b := range found {
		if b.Note != "" {
			notes[kinds[row]]++
		}
		if len(b.LineNotes) > 0 {
			gifts[kinds[row]]++
		}
	}
	if len(notes) < len(channel.Kinds()) || gifts[channel.Amazon]*gifts[channel.Shopify] == 0 {
		return false
	}
	t.Logf("%d sealed records; with notes: %v; with gift messages: %v", len(found), notes, gifts)
	return true
}

// requireNoBuyers looks for buyers' data in what was printed and in all that the Temporal server shows of every
// workflow: its description with memo and search attributes, and its history with payloads, failures and summaries.
func requireNoBuyers(t *testing.T, dir string, dev config.Dev, printed string) {
	t.Helper()
	words := buyersOf(t, dir)
	require.Empty(t, found([]byte(printed), words), "printed by the command line")
	c, err := client.Dial(client.Options{HostPort: dev.TemporalAddress, Namespace: dev.TemporalNamespace})
	require.NoError(t, err)
	defer c.Close()
	kinds := make(map[string]int)
	for req := (&workflowservice.ListWorkflowExecutionsRequest{PageSize: 200}); ; {
		list, err := c.ListWorkflow(t.Context(), req)
		require.NoError(t, err)
		for _, w := range list.Executions {
			kinds[w.Type.Name]++
			require.Empty(t, found(everything(t, c, w), words), w.Execution.WorkflowId)
		}
		if req.NextPageToken = list.NextPageToken; len(req.NextPageToken) == 0 {
			break
		}
	}
	t.Logf("none of %d words of buyers is in the workflows %v", len(words), kinds)
	for _, kind := range []string{"OrderSync", "OrderLifecycle", "ShipmentSync", "StockPush"} {
		require.Positive(t, kinds[kind], "no %s was looked at", kind)
	}
}

// everything returns all bytes that the server has of a workflow.
func everything(t *testing.T, c client.Client, w *workflow.WorkflowExecutionInfo) []byte {
	t.Helper()
	text, err := proto.Marshal(w)
	require.NoError(t, err)
	events := c.GetWorkflowHistory(t.Context(), w.Execution.WorkflowId, w.Execution.RunId, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		require.NoError(t, err)
		text, err = proto.MarshalOptions{}.MarshalAppend(text, e)
		require.NoError(t, err)
	}
	return text
}

// requireNoBuyersInFiles looks for buyers' data in every file of the data folder. What the simulated marketplaces keep is in a
// folder of its own, from which the words are.
func requireNoBuyersInFiles(t *testing.T, dir string) {
	t.Helper()
	words := buyersOf(t, dir)
	files, err := os.ReadDir(dataDir(dir))
	require.NoError(t, err)
	scanned := 0
	for _, f := range files {
		if f.IsDir() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dataDir(dir), f.Name()))
		require.NoError(t, err)
		require.Empty(t, found(text, words), f.Name())
		scanned += len(text)
	}
	t.Logf("none of %d words of buyers is in %d bytes of %d files", len(words), scanned, len(files))
	requirePrivate(t, dataDir(dir))
}

// requirePrivate fails if others on the machine can enter the data folder or read a file in it.
func requirePrivate(t *testing.T, folder string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a program that runs has removed it
		}
		require.NoError(t, err)
		require.Zero(t, info.Mode().Perm()&0o077, "%s is %s", path, info.Mode())
		return nil
	}))
}

func found(text []byte, words []string) (list []string) {
	for _, w := range words {
		if bytes.Contains(text, []byte(w)) {
			list = append(list, w)
		}
	}
	return list
}
