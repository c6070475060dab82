package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// arrival is one call as it reached a marketplace.
type arrival struct {
	at     time.Time
	call   string  // method and last fixed part of the path
	status int     // of the answer
	points float64 // that Shopify says it cost
}

// callLog is a proxy in front of a marketplace that records the calls.
type callLog struct {
	mu       sync.Mutex
	arrivals []arrival
}

// watch puts a call log in front of the account's marketplace and returns the address to call instead of the
// marketplace's.
func (s *shop) watch(a channel.Account) (address string, err error) {
	target, err := url.Parse(a.BaseURL)
	if err != nil {
		return "", err
	}
	t := &callLog{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 256}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		noted := &noting{ResponseWriter: w, status: http.StatusOK}
		at := time.Now()
		proxy.ServeHTTP(noted, r)
		t.mu.Lock()
		defer t.mu.Unlock()
		t.arrivals = append(t.arrivals, arrival{at: at, call: r.Method + " " + r.URL.Path, status: noted.status, points: noted.points})
	}))
	s.closers = append(s.closers, front.Close)
	s.callLogs[a.ID] = t
	return front.URL, nil
}

// of returns the arrivals whose call contains the words, in the order of their arrival.
func (t *callLog) of(words ...string) []arrival {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []arrival
	for _, a := range t.arrivals {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(a.call, w) }) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b arrival) int { return a.at.Compare(b.at) })
	return out
}

// span returns the time from the first arrival to the last.
func span(list []arrival) time.Duration {
	if len(list) == 0 {
		return 0
	}
	return list[len(list)-1].at.Sub(list[0].at)
}

// noting records the status of an answer, and the points that the answer says it cost.
type noting struct {
	http.ResponseWriter
	status int
	points float64
}

var costs = regexp.MustCompile(`"actualQueryCost":\s*([0-9.]+)`)

func (n *noting) Write(text []byte) (int, error) {
	if m := costs.FindSubmatch(text); m != nil {
		n.points, _ = strconv.ParseFloat(string(m[1]), 64)
	}
	return n.ResponseWriter.Write(text)
}

func (n *noting) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}
