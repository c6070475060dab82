package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPeerSaysWhatIsWrongWithItsArguments(t *testing.T) {
	t.Parallel()
	oms := filepath.Join(t.TempDir(), "oms")
	require.NoError(t, os.WriteFile(oms, []byte("#!/bin/sh\n"), 0o700))
	p, err := peerCommand([]string{"-orders", "20", oms})
	require.NoError(t, err)
	require.Equal(t, peerAsked{oms: oms, pairs: 3, orders: 20}, p)
	for _, args := range [][]string{{}, {oms, oms}, {"-pairs", "0", oms}, {"-orders", "0", oms}} {
		_, err := peerCommand(args)
		require.ErrorContains(t, err, "want the path of one program", args)
	}
	_, err = peerCommand([]string{oms + "-gone"})
	require.ErrorContains(t, err, oms+"-gone: give the path of the program")
}

func TestTurnsAreComparedTurnByTurn(t *testing.T) {
	t.Parallel()
	one := func(peerStartDev, peerOurs, towpath float64) turn {
		return turn{
			referenceOnStartDev: {actions: 20, writes: 58, cpu: peerStartDev, cpuShared: peerStartDev},
			towpathOnStartDev:   {actions: 5, writes: 12, cpu: 2 * towpath, cpuShared: 3 * towpath},
			referenceOnOurs:     {actions: 20, writes: 58, cpu: peerOurs, cpuShared: peerOurs},
			towpathOnOurs:       {actions: 5, writes: 12, cpu: towpath, cpuShared: 2 * towpath},
		}
	}
	var out bytes.Buffer
	require.NoError(t, printTurns(&out, 200, []turn{one(400, 200, 80), one(800, 300, 60), one(500, 200, 50)}))
	require.Contains(t, out.String(), "200 orders with one package, 3 pairs in turn")
	rows := map[string]bool{}
	for line := range strings.Lines(out.String()) {
		rows[strings.Join(strings.Fields(line), " ")] = true
	}
	for _, want := range []string{
		"reference, start-dev 20.0 58.0 (58.0-58.0) 500.0 (400.0-800.0) 500.0 (400.0-800.0)",
		"Towpath, start-dev 5.0 12.0 (12.0-12.0) 120.0 (100.0-160.0) 180.0 (150.0-240.0)",
		"reference, ours 20.0 58.0 (58.0-58.0) 200.0 (200.0-300.0) 200.0 (200.0-300.0)",
		"Towpath, ours 5.0 12.0 (12.0-12.0) 60.0 (50.0-80.0) 120.0 (100.0-160.0)",
		"reference, start-dev 0.100 (0.075-0.200) 0.200 (0.150-0.400)",
		"reference, ours 0.250 (0.200-0.400) 0.500 (0.400-0.800)",
	} {
		require.Contains(t, rows, want, out.String())
	}
}

// fakeReference answers as the reference application does, as far as it is asked. An order is booked as soon as it is placed.
type fakeReference struct {
	mu        sync.Mutex
	orders    map[string]string
	shipments map[string]string
	refused   string // the status of each order, if it is not to be completed
}

func (f *fakeReference) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var what struct{ ID, Status string }
	if r.Method == http.MethodPost {
		if err := json.NewDecoder(r.Body).Decode(&what); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	list := map[string]map[string]string{"/orders": f.orders, "/shipments": f.shipments}[r.URL.Path]
	id, isReport := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/shipments/"), "/status")
	switch {
	case r.Method == http.MethodGet && list != nil:
		entries := []entry{}
		for _, id := range slices.Sorted(maps.Keys(list)) {
			entries = append(entries, entry{id, list[id]})
		}
		_ = json.NewEncoder(w).Encode(entries)
	case r.Method == http.MethodPost && r.URL.Path == "/orders":
		f.orders[what.ID], f.shipments[what.ID+":1"] = "processing", "booked"
		if f.refused != "" {
			f.orders[what.ID] = f.refused
		}
		w.WriteHeader(http.StatusCreated)
	case isReport && f.shipments[id] == map[string]string{"dispatched": "booked", "delivered": "dispatched"}[what.Status]:
		f.shipments[id] = what.Status
		if what.Status == "delivered" && f.refused == "" {
			f.orders[strings.TrimSuffix(id, ":1")] = "completed"
		}
	default:
		http.Error(w, fmt.Sprintf("not now: %s %s %s", r.Method, r.URL.Path, what.Status), http.StatusConflict)
	}
}

func fake(t *testing.T, refused string) (*fakeReference, *reference) {
	t.Helper()
	f := &fakeReference{orders: map[string]string{}, shipments: map[string]string{}, refused: refused}
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return f, &reference{orders: s.URL, shipments: s.URL, http: s.Client()}
}

func TestOrdersAreTakenToCompletionAsTheirPagesDo(t *testing.T) {
	t.Parallel()
	f, r := fake(t, "")
	require.NoError(t, r.complete(t.Context(), 20))
	require.Len(t, f.orders, 20)
	for id, status := range f.orders {
		require.Equal(t, "completed", status, id)
		require.Equal(t, "delivered", f.shipments[id+":1"])
	}
}

func TestAnOrderThatIsNotCompletedEndsTheMeasurement(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"failed", "customerActionRequired"} {
		_, r := fake(t, status)
		require.ErrorContains(t, r.complete(t.Context(), 3), "bench-0 is "+status)
	}
	_, r := fake(t, "")
	r.shipments += "/elsewhere"
	require.ErrorContains(t, r.complete(t.Context(), 3), "/elsewhere/shipments answered 409 Conflict: not now")
}

func TestAProgramThatEndsIsReportedWithWhatItPrinted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	oms := filepath.Join(dir, "oms")
	require.NoError(t, os.WriteFile(oms, []byte("#!/bin/sh\nenv\necho no server for $1\nexit 3\n"), 0o700))
	_, err := startReference(t.Context(), oms, dir, greeting{"127.0.0.1:1", "shop"})
	require.ErrorContains(t, err, "ended (exit status 3); it printed")
	require.ErrorContains(t, err, "TEMPORAL_ADDRESS=127.0.0.1:1\n")
	require.ErrorContains(t, err, "TEMPORAL_NAMESPACE=shop\n")
	require.NotContains(t, err.Error(), "HOME=", "nothing of the caller's environment reaches it")
}
