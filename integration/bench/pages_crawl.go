package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// What a page may take and be, with what it loads.
const (
	pageWithin = 50 * time.Millisecond
	pageSize   = 100_000 // bytes
)

// ofAKind is how many pages of a kind are measured: those found first.
const ofAKind = 3

// pageKind is pages that differ only in what they show.
type pageKind struct {
	name  string
	took  []time.Duration
	given int   // how often the console gave up
	size  int64 // of the largest, with its script, styles and pictures, as they were sent
}

func (k pageKind) quantile(q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(k.took))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

func (k pageKind) p50() time.Duration { return k.quantile(0.5) }
func (k pageKind) p99() time.Duration { return k.quantile(0.99) }

// crawl follows the links of a console.
type crawl struct {
	base   string
	client *http.Client
	times  int
	loaded map[string]int64 // what pages load, by its path
}

// all measures pages of every kind that links lead to.
func (c *crawl) all(ctx context.Context) (kinds []pageKind, err error) {
	c.loaded = map[string]int64{}
	found, waiting := map[string]int{}, []string{"/"}
	seen := map[string]bool{"/": true}
	for len(waiting) > 0 {
		path := waiting[0]
		waiting = waiting[1:]
		name := kindOf(path)
		i := slices.IndexFunc(kinds, func(k pageKind) bool { return k.name == name })
		if i < 0 {
			i, kinds = len(kinds), append(kinds, pageKind{name: name})
		}
		if found[name]++; found[name] > ofAKind {
			continue
		}
		links, err := c.measure(ctx, path, &kinds[i])
		if err != nil {
			return nil, fmt.Errorf("fetch %s: %w", path, err)
		}
		if kinds[i].given > 0 || found[name] == 1 && kinds[i].p99() > pageWithin {
			fmt.Fprintf(os.Stderr, "%s: %s ms, %d times given up\n", path, ms(kinds[i].p99()), kinds[i].given)
		}
		for _, l := range links {
			if !seen[l] {
				seen[l] = true
				waiting = append(waiting, l)
			}
		}
	}
	return kinds, nil
}

// measure fetches a page a few times and returns where it leads.
func (c *crawl) measure(ctx context.Context, path string, k *pageKind) (links []string, err error) {
	for i := range c.times {
		began := time.Now()
		status, body, err := c.get(ctx, path, "identity")
		if err != nil {
			return nil, err
		}
		k.took = append(k.took, time.Since(began))
		if status == http.StatusServiceUnavailable { // it took longer than a page may: counted, and seen in the table
			k.given++
			continue
		}
		if status >= http.StatusInternalServerError {
			return nil, fmt.Errorf("answered %d: %.300s", status, body)
		}
		if links != nil || i > 0 && k.given == 0 {
			continue
		}
		var loads []string
		links, loads = read(body)
		size := int64(len(body))
		for _, l := range loads {
			n, err := c.load(ctx, l)
			if err != nil {
				return nil, err
			}
			size += n
		}
		k.size = max(k.size, size)
	}
	return links, nil
}

func (c *crawl) load(ctx context.Context, path string) (int64, error) {
	if n, known := c.loaded[path]; known {
		return n, nil
	}
	_, body, err := c.get(ctx, path, "gzip")
	c.loaded[path] = int64(len(body))
	return c.loaded[path], err
}

// get fetches what is at a path, in an encoding: its body is what went over the wire.
func (c *crawl) get(ctx context.Context, path, encoding string) (int, string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Accept-Encoding", encoding)
	answer, err := c.client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(body), err
}

func (c *crawl) json(ctx context.Context, path string, into any) error {
	_, body, err := c.get(ctx, path, "identity")
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(body), into)
}

// read returns where a page leads within the console, and what it loads.
func read(page string) (links, loads []string) {
	for z := html.NewTokenizer(strings.NewReader(page)); z.Next() != html.ErrorToken; {
		t := z.Token()
		for _, a := range t.Attr {
			local := strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//")
			switch {
			case !local:
			case t.Data == "a" && a.Key == "href" && !strings.Contains(a.Val, "download") && !strings.HasPrefix(a.Val, "/support"):
				path, _, _ := strings.Cut(a.Val, "#")
				links = append(links, path)
			case a.Key == "src", t.Data == "link" && a.Key == "href":
				loads = append(loads, a.Val)
			}
		}
	}
	slices.Sort(loads)
	return links, slices.Compact(loads)
}

// idLike is a part of a path that names one of many.
var idLike = regexp.MustCompile(`[0-9]|%`)

// kindOf returns the kind of a page: its path without ids, and the names of its filters.
func kindOf(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	parts := strings.Split(u.Path, "/")
	for i, p := range parts {
		if i > 1 && (idLike.MatchString(p) || i > 2) {
			parts[i] = "ID"
		}
	}
	var filters []string
	for name := range u.Query() {
		filters = append(filters, name)
	}
	slices.Sort(filters)
	if len(filters) == 0 {
		return strings.Join(parts, "/")
	}
	return strings.Join(parts, "/") + "?" + strings.Join(filters, "&")
}
