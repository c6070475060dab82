package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

// Case F1e: each fault names what it hit, and the calls that made it, also on the command line.
func TestErrorsNameWhatTheyHitAndTheCallsThatMadeThem(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	ctx := context.Background()
	_, out, _ := b.run("errors")
	require.Contains(t, out, "No error has been recorded.")
	b.fill()
	found, err := b.store.Orders.Find(ctx, orders.OrderFilter{Account: "amazon-uk", Reference: "1001"})
	require.NoError(t, err)
	feed := channel.Refusal(channel.Invalid, "createFeed", "90220", "a value is missing")
	feed.RequestID = "outcome-7"
	feed.Created("create-7")
	feed.Hit.SKU, feed.Hit.RunID = "LAMP-UK", "run-9"
	parcel := channel.Refusal(channel.Invalid, "confirmShipment", "BadCarrier", "no such carrier")
	parcel.RequestID, parcel.Hit.OrderID, parcel.Hit.PackageID = "ship-7", found[0].Key.RowID, "P1"
	require.NoError(t, b.store.Runs.SaveFaults(ctx, "amazon-uk", []*channel.Fault{feed, parcel}))

	code, out, errs := b.run("errors", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	for _, want := range []string{"SKU LAMP-UK, run run-9", "order 1001", "package P1", "create-7", "ship-7", feed.ID, parcel.ID} {
		require.Contains(t, strings.Join(strings.Fields(out), " "), want)
	}
	code, out, errs = b.run("errors", feed.ID)
	require.Zero(t, code, errs)
	require.Regexp(t, `channel's SKU +LAMP-UK`, out)
	require.Regexp(t, `run +run-9`, out)
	require.Regexp(t, `request id of createFeed +create-7`, out)
	require.Regexp(t, `request id of its outcome +outcome-7`, out)
	require.Contains(t, out, "a value is missing")
	code, out, errs = b.run("errors", parcel.ID)
	require.Zero(t, code, errs)
	require.Regexp(t, `order +1001`, out)
	require.Regexp(t, `request id of confirmShipment +ship-7`, out)

	code, out, errs = b.run("errors", "--limit", "1", "-o", "json")
	require.Zero(t, code, errs)
	var page struct {
		Errors []starter.FaultShown
		Before string
	}
	require.NoError(t, json.Unmarshal([]byte(out), &page))
	require.Len(t, page.Errors, 1)
	require.Equal(t, page.Errors[0].ID, page.Before)
	code, out, errs = b.run("errors", "--before", page.Before)
	require.Zero(t, code, errs)
	require.NotContains(t, out, page.Before)
	code, _, errs = b.run("errors", "nothing")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "`towpath errors` lists them")
}

// An order of which a newer version is set aside says so, with the fault and what to do.
func TestAnOrderSaysThatANewerVersionCannotBeRead(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	bad := channel.NewOrderError("searchOrders", "request-77", []byte(`{"name":"`+buyerName+`"}`), "1001", time.Now().Add(time.Hour), "line 1 has no id")
	_, err := b.store.Orders.SavePage(context.Background(), orders.Page{Account: "amazon-uk", RunID: "r", SeenAt: time.Now(), Aside: []*channel.OrderError{bad}, With: "1"})
	require.NoError(t, err)
	code, out, errs := b.run("order", "1001", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	said := strings.Join(strings.Fields(out), " ")
	require.Contains(t, said, "that can't be read and is set aside")
	require.Contains(t, said, "line 1 has no id")
	require.Contains(t, said, "An order is not what the channel promises")
	require.Contains(t, said, "towpath orders aside retry 1001")
	require.NotContains(t, out, buyerName)
	code, out, errs = b.run("order", "1001", "--account", "amazon-uk", "-o", "json")
	require.Zero(t, code, errs)
	var st starter.OrderStatus
	require.NoError(t, json.Unmarshal([]byte(out), &st))
	require.Equal(t, "1001", st.Aside.Name)
	require.Equal(t, "request-77", st.Aside.Fault.RequestID)
}
