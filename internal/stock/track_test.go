package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
)

func TestWhatIsSent(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name                  string
		track                 stock.Track
		waits, sends, refused bool
	}{
		{"nothing changed since it was accepted", stock.Track{Dirty: 5, Clean: 5}, false, false, false},
		{"changed since it was accepted", stock.Track{Dirty: 6, Clean: 5}, true, true, false},
		{"refused as it is", stock.Track{Dirty: 6, Clean: 5, Failed: 6}, false, false, true},
		{"changed since it was refused", stock.Track{Dirty: 7, Clean: 5, Failed: 6}, true, true, false},
		{"the channel's own", stock.Track{Dirty: 7, Clean: 5, Failed: 6, Theirs: true}, false, false, false},
		{"the channel's own, refused before", stock.Track{Dirty: 6, Clean: 5, Failed: 6, Theirs: true}, false, false, false},
		{"all that is new is held", stock.Track{Dirty: 6, Clean: 5, Held: 6}, true, false, false},
		{"sold since it was held", stock.Track{Dirty: 7, Clean: 5, Held: 6}, true, true, false},
	} {
		require.Equal(t, tc.waits, tc.track.Waits(), tc.name)
		require.Equal(t, tc.sends, tc.track.Sends(), tc.name)
		require.Equal(t, tc.refused, tc.track.Refused(), tc.name)
	}
}

func TestWhatIsReadBack(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		track     stock.Track
		unchecked bool
	}{
		"accepted, and not shown so far": {stock.Track{Dirty: 6, Accepted: 6, Checked: 5}, true},
		"checked":                        {stock.Track{Dirty: 6, Accepted: 6, Checked: 6}, false},
		"changed since":                  {stock.Track{Dirty: 7, Accepted: 6, Checked: 5}, false},
		"never accepted":                 {stock.Track{Dirty: 6}, false},
		"the channel's own by now":       {stock.Track{Dirty: 6, Accepted: 6, Checked: 5, Theirs: true}, false},
	} {
		require.Equal(t, tc.unchecked, tc.track.Unchecked(), name)
	}
}

// A call that got no answer may be carried out after the one that was accepted: the level is read back, and is in doubt until then.
func TestALevelIsInDoubtUntilItIsReadBack(t *testing.T) {
	t.Parallel()
	level := stock.Track{Dirty: 2}
	level.Sent(stock.Sending{Version: 2, Quantity: 4, SentAt: 10, Failed: true})
	require.False(t, level.Doubted(), "it is sent again anyway")
	level.Sent(stock.Sending{Version: 2, Quantity: 4, SentAt: 20, AckedAt: 21})
	require.True(t, level.Doubted())
	level.Change(30)
	level.Sent(stock.Sending{Version: 3, Quantity: 3, SentAt: 40, AckedAt: 41})
	require.True(t, level.Doubted(), "a newer one may be overwritten, too")
	require.Equal(t, stock.WaitsOnce, level.Shows(stock.Reading{Accepted: 3, Shown: 2}, 50))
	require.True(t, level.Doubted(), "somebody may have bought")
	require.Equal(t, stock.Missed, level.Shows(stock.Reading{Accepted: 3, Shown: 4}, 60))
	require.False(t, level.Doubted())
	require.True(t, level.Sends(), "the old quantity does not stay")
	level.Sent(stock.Sending{Version: 4, Quantity: 3, SentAt: 70, AckedAt: 71})
	require.False(t, level.Doubted())
}

func TestAChangedLevelIsDirtySinceItsOldestChange(t *testing.T) {
	t.Parallel()
	clean := stock.Track{Dirty: 5, DirtySince: 10, Clean: 5}
	clean.Change(20)
	require.Equal(t, stock.Track{Dirty: 6, DirtySince: 20, Clean: 5}, clean)
	clean.Change(30)
	require.Equal(t, stock.Track{Dirty: 7, DirtySince: 20, Clean: 5}, clean, "it waits already")
}

func TestWhatTheChannelLists(t *testing.T) {
	t.Parallel()
	accepted := stock.Track{Accepted: 3, AcceptedQuantity: 7, AcceptedAt: 100}
	require.Equal(t, 7, accepted.Listed(4, 99), "accepted after the listings were read")
	require.Equal(t, 7, accepted.Listed(4, 100))
	require.Equal(t, 4, accepted.Listed(4, 101), "shown later")
	require.Equal(t, 4, stock.Track{}.Listed(4, 101), "nothing accepted so far")
	require.Equal(t, stock.UnknownListed, stock.Track{}.Listed(stock.UnknownListed, 0))
}

func TestWhatAHoldKeepsFromTheChannel(t *testing.T) {
	t.Parallel()
	hold := stock.Hold{Units: 9, Cap: stock.NotHeld}
	for _, tc := range []struct {
		name         string
		before, want stock.Track
		hold         stock.Hold
	}{
		{"clean before: the change is not sent", stock.Track{Dirty: 6, Clean: 5}, stock.Track{Dirty: 6, Clean: 5, Held: 6, HeldAt: 50}, hold},
		{"a sale waits: it goes on waiting", stock.Track{Dirty: 7, Clean: 5}, stock.Track{Dirty: 7, Clean: 5, HeldAt: 50}, hold},
		{"never sent: it is not sent now", stock.Track{Dirty: 7}, stock.Track{Dirty: 7, Held: 7, HeldAt: 50}, hold},
		{"refused before", stock.Track{Dirty: 7, Clean: 5, Failed: 6}, stock.Track{Dirty: 7, Clean: 5, Failed: 6, Held: 7, HeldAt: 50}, hold},
		{"held before for nothing else: it stays held since then", stock.Track{Dirty: 7, Clean: 5, Held: 6, HeldAt: 40, HoldDecided: true},
			stock.Track{Dirty: 7, Clean: 5, Held: 7, HeldAt: 40, HoldDecided: true}, hold},
		{"held, and a sale waits", stock.Track{Dirty: 8, Clean: 5, Held: 6, HeldAt: 40}, stock.Track{Dirty: 8, Clean: 5, Held: 6, HeldAt: 40}, hold},
		{"nothing is held any more", stock.Track{Dirty: 8, Clean: 5, Held: 6, HeldAt: 40, HoldDecided: true}, stock.Track{Dirty: 8, Clean: 5}, stock.NoHold},
	} {
		got := tc.before
		got.Hold(tc.hold, 50)
		require.Equal(t, tc.want, got, tc.name)
		require.Equal(t, tc.hold == hold, got.Braked(), tc.name)
	}
}

func TestWhatAnAnswerMakesOfALevel(t *testing.T) {
	t.Parallel()
	before := stock.Track{Dirty: 6, DirtySince: 10, Clean: 3, Accepted: 3, AcceptedQuantity: 9, AcceptedAt: 8}
	accepted := func(version, dirtySince int64) stock.Track {
		want := before
		want.Clean, want.Accepted, want.AcceptedQuantity, want.AcceptedAt, want.DirtySince = version, version, 4, 22, dirtySince
		return want
	}
	refused := before
	refused.Failed = 6
	tried := before
	tried.TriedAt, tried.DoubtedAt = 20, 20
	stale := tried
	stale.StaleAt, stale.SeenQuantity = 21, 7
	lowered := before
	lowered.TriedAt, lowered.DirtySince, lowered.StaleAt, lowered.SeenQuantity = 0, 20, 21, 3
	for _, tc := range []struct {
		name    string
		sending stock.Sending
		sent    stock.Sent
		want    stock.Track
	}{
		{"accepted", stock.Sending{Version: 6, Quantity: 4, SentAt: 20, AckedAt: 22}, stock.SentPushed, accepted(6, 20)},
		{"overtaken", stock.Sending{Version: 5, Quantity: 4, SentAt: 20, AckedAt: 22}, stock.SentSuperseded, accepted(5, 20)},
		{"sent before", stock.Sending{Version: 3, Quantity: 4, SentAt: 20, AckedAt: 22}, stock.SentSuperseded, before},
		{"of a link of the same name that is gone", stock.Sending{Version: 7, Quantity: 4, SentAt: 20, AckedAt: 22}, stock.SentPushed, before},
		{"no answer", stock.Sending{Version: 6, SentAt: 20}, stock.SentUnknown, before},
		{"did not get through", stock.Sending{Version: 6, SentAt: 20, Failed: true}, stock.SentPassing, tried},
		{"not to be overwritten", stock.Sending{Version: 6, SentAt: 20, Failed: true, Stale: true, Seen: 7, ScanFrom: 21}, stock.SentPassing, stale},
		{"accepted lower", stock.Sending{Version: 6, Quantity: 3, SentAt: 20, AckedAt: 22, Stale: true, Seen: 3, ScanFrom: 21}, stock.SentLowered, lowered},
		{"refused", stock.Sending{Version: 6, SentAt: 20, Failed: true, Permanent: true}, stock.SentRefused, refused},
		{"accepted ahead of a feed", stock.Sending{Version: 6, Quantity: 4, SentAt: 20, AckedAt: 22, Ahead: true}, stock.SentAhead, before},
		{"refused ahead of a feed", stock.Sending{Version: 6, SentAt: 20, Failed: true, Permanent: true, Ahead: true}, stock.SentRefused, refused},
	} {
		got := before
		require.Equal(t, tc.sent, got.Sent(tc.sending), tc.name)
		require.Equal(t, tc.want, got, tc.name)
	}
}

func TestWhatAReadingMakesOfALevel(t *testing.T) {
	t.Parallel()
	before := stock.Track{Dirty: 6, DirtySince: 10, Clean: 6, Accepted: 6, AcceptedQuantity: 5, AcceptedAt: 8, Checked: 4, Misses: 2}
	with := func(change func(*stock.Track)) stock.Track {
		want := before
		change(&want)
		return want
	}
	for _, tc := range []struct {
		name    string
		misses  int
		reading stock.Reading
		answer  stock.Answer
		want    stock.Track
	}{
		{"confirmed", 2, stock.Reading{Accepted: 5, Shown: 5}, stock.Confirmed,
			with(func(w *stock.Track) { w.Checked, w.ConfirmedAt, w.Misses = 6, 50, 0 })},
		{"lower: looked at once more", 2, stock.Reading{Accepted: 5, Shown: 4}, stock.WaitsOnce,
			with(func(w *stock.Track) { w.AcceptedAt, w.Misses = 50, 3 })},
		{"higher: sent again", 2, stock.Reading{Accepted: 5, Shown: 8}, stock.Missed,
			with(func(w *stock.Track) { w.Checked, w.Dirty, w.DirtySince, w.Misses = 6, 7, 50, 3 })},
		{"given up: what it would send again counts as refused", 6, stock.Reading{Accepted: 5, Shown: 8}, stock.GivenUp,
			with(func(w *stock.Track) { w.Checked, w.Dirty, w.DirtySince, w.Failed, w.Misses = 6, 7, 50, 7, 0 })},
		{"theirs by now", 2, stock.Reading{Accepted: 5, Shown: 8, Theirs: true}, stock.NoAnswer,
			with(func(w *stock.Track) { w.Checked, w.Theirs = 6, true })},
	} {
		got := before
		got.Misses = tc.misses
		require.Equal(t, tc.answer, got.Shows(tc.reading, 50), tc.name)
		require.Equal(t, tc.want, got, tc.name)
	}
}

func TestWhatIsNeverSent(t *testing.T) {
	t.Parallel()
	linked := stock.Shown{ChannelSKU: "A", Linked: true, Referred: true}
	for name, tc := range map[string]struct {
		shown stock.Shown
		want  stock.Difference
	}{
		"linked":                           {linked, ""},
		"linked, without its listing's id": {stock.Shown{ChannelSKU: "A", Linked: true}, ""},
		"linked to another listing of the SKU, which the API knows": {stock.Shown{ChannelSKU: "A", Linked: true, Referred: true, Unmanaged: true}, ""},
		"linked, and the API does not know it":                      {stock.Shown{ChannelSKU: "A", Linked: true, Unmanaged: true}, stock.NotOurs},
		"the channel fulfils it":                                    {stock.Shown{ChannelSKU: "A", Linked: true, Referred: true, Theirs: true, Fulfils: true}, stock.NotOurs},
		"the channel fulfils it, and it has no link":                {stock.Shown{ChannelSKU: "A", Fulfils: true}, stock.NotOurs},
		"the API does not know it, and it has no link":              {stock.Shown{ChannelSKU: "A", Unmanaged: true}, stock.NotOurs},
		"without a SKU":  {stock.Shown{}, stock.NotOurs},
		"without a link": {stock.Shown{ChannelSKU: "A"}, stock.Unlinked},
	} {
		require.Equal(t, tc.want, tc.shown.NotSent(), name)
	}
}

func TestWhatOfAChangeTheBrakeMayHold(t *testing.T) {
	t.Parallel()
	b := stock.NewBooks()
	b.Touch("sold", stock.BySale)
	skus, part := b.MayBrake()
	require.Empty(t, skus)
	require.False(t, part)
	b.Touch("counted", stock.ByCount)
	skus, part = b.MayBrake()
	require.Equal(t, []string{"counted"}, skus)
	require.False(t, part)
	b.Touch("b", stock.ByImport)
	skus, part = b.MayBrake()
	require.Equal(t, []string{"b", "counted"}, skus)
	require.True(t, part, "decided when the import is complete")
	require.True(t, stock.Keeps(21, 100))
	require.False(t, stock.Keeps(20, 100))
}

func TestWhoseLevelIsBehind(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		track        stock.Track
		unmanaged    bool
		ours, behind bool
	}{
		{stock.Track{Dirty: 5, Clean: 5}, false, true, false},
		{stock.Track{Dirty: 5, Clean: 4}, false, true, true},
		{stock.Track{Dirty: 5, Clean: 4, Failed: 5}, false, true, true},
		{stock.Track{Dirty: 5, Clean: 4, Held: 5}, false, true, false},
		{stock.Track{Dirty: 5, Clean: 4, Theirs: true}, false, false, true},
		{stock.Track{Dirty: 5, Clean: 4}, true, false, true},
	} {
		require.Equal(t, tc.ours, tc.track.Ours(tc.unmanaged), "%+v", tc)
		require.Equal(t, tc.behind, tc.track.Behind(), "%+v", tc)
	}
	require.True(t, stock.Sending{AckedAt: 1}.Accepted())
	require.False(t, stock.Sending{SentAt: 1}.Accepted())
}

func TestWhenTheBrakeDecidesAboutAnAccount(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		holds     stock.Holds
		due, stay bool
	}{
		"few":                        {stock.Holds{Held: 20, Undecided: 3, Newest: 50, Listings: 100}, true, false},
		"many, decided ones counted": {stock.Holds{Held: 21, Undecided: 1, Newest: 50, Listings: 100}, true, true},
		"many of very many":          {stock.Holds{Held: 500, Undecided: 500, Newest: 50, Listings: 10_000}, true, false},
		"an import may still run":    {stock.Holds{Held: 3, Undecided: 3, Newest: 51, Listings: 100}, false, false},
		"all are decided":            {stock.Holds{Held: 30, Listings: 100}, false, true},
	} {
		require.Equal(t, tc.due, tc.holds.Due(50), name)
		require.Equal(t, tc.stay, tc.holds.Stay(), name)
	}
}

func TestWhatAChannelIsExpectedToList(t *testing.T) {
	t.Parallel()
	accepted := stock.Track{Accepted: 1, AcceptedQuantity: 5, AcceptedAt: 10}
	read, unread := accepted, accepted
	read.StaleAt, read.SeenQuantity = 20, -1
	unread.StaleAt, unread.SeenQuantity = 20, stock.UnknownSeen
	for name, tc := range map[string]struct {
		track   stock.Track
		shown   int
		shownAt int64
		want    stock.Expectation
	}{
		"nothing known":                {stock.Track{}, stock.UnknownListed, 0, stock.Expectation{Quantity: stock.UnknownListed}},
		"accepted":                     {accepted, 9, 3, stock.Expectation{Quantity: 5, At: 10}},
		"shown later":                  {accepted, 9, 11, stock.Expectation{Quantity: 9, At: 11}},
		"read after a refusal":         {read, 9, 11, stock.Expectation{Quantity: -1, At: 20, Placed: true}},
		"not readable after a refusal": {unread, 9, 3, stock.Expectation{Quantity: 5, At: 10}},
	} {
		e, known := tc.track.Expected(tc.shown, tc.shownAt)
		require.Equal(t, tc.want, e, name)
		require.Equal(t, name != "nothing known", known, name)
	}
	clean := stock.Track{Dirty: 2, StaleAt: 20, TriedAt: 20, SeenQuantity: 7}
	clean.Sent(stock.Sending{Version: 2, Quantity: 4, SentAt: 30, AckedAt: 31})
	require.Zero(t, clean.StaleAt)
	require.Zero(t, clean.TriedAt)
}
