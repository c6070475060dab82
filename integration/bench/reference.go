package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// reference is Temporal's reference order application (github.com/temporalio/reference-app-orders-go) as its own documentation starts it: its workers in one
// process and its services in another, with its store in a file. It is spoken to over HTTP only, as its pages do: a shop places orders, a courier reports
// each shipment as dispatched and as delivered. What they wait for they read in its store's lists, because a question about one order is a query to Temporal,
// which would be counted.
type reference struct {
	orders, shipments string // its services' addresses
	http              *http.Client
	programs          []*program
}

// startReference starts the application's program for a Temporal server, and waits for its services.
func startReference(ctx context.Context, oms, dir string, temporal greeting) (*reference, error) {
	ports, err := freePorts(ctx, 4)
	if err != nil {
		return nil, err
	}
	environment := []string{"BIND_ON_IP=127.0.0.1", "TEMPORAL_ADDRESS=" + temporal.Address, "TEMPORAL_NAMESPACE=" + temporal.Namespace}
	for i, service := range []string{"BILLING", "ORDER", "SHIPMENT", "FRAUD"} {
		environment = append(environment, fmt.Sprintf("%s_API_PORT=%d", service, ports[i]), fmt.Sprintf("%s_API_URL=%s", service, local(ports[i])))
	}
	r := &reference{orders: local(ports[1]), shipments: local(ports[2]), http: &http.Client{Timeout: time.Minute}}
	for _, part := range []string{"api", "worker"} {
		p, err := startProgram(ctx, dir, oms, part, environment)
		if err != nil {
			r.stop()
			return nil, err
		}
		r.programs = append(r.programs, p)
	}
	err = until(ctx, "the reference application's services answer", func() (bool, error) {
		_, orders := r.list(ctx, r.orders+"/orders")
		_, shipments := r.list(ctx, r.shipments+"/shipments")
		return orders == nil && shipments == nil, r.running()
	})
	if err != nil {
		r.stop()
		return nil, err
	}
	return r, nil
}

func local(port int) string { return fmt.Sprintf("http://127.0.0.1:%d", port) }

func (r *reference) stop() {
	for _, p := range r.programs {
		p.stop()
	}
}

func (r *reference) running() (err error) {
	for _, p := range r.programs {
		err = errors.Join(err, p.running())
	}
	return err
}

// complete takes n orders with one line from placement to completion, a stage at a time as Towpath's are taken.
func (r *reference) complete(ctx context.Context, n int) error {
	err := atOnceFor(ctx, n, func(ctx context.Context, i int) error {
		return r.post(ctx, r.orders+"/orders", map[string]any{
			"id": fmt.Sprintf("bench-%d", i), "customerId": fmt.Sprintf("customer-%d", i), "items": []any{map[string]any{"sku": sku, "quantity": 1}},
		})
	})
	if err != nil {
		return fmt.Errorf("place orders: %w", err)
	}
	booked, err := r.reached(ctx, n, r.shipments+"/shipments", "booked")
	if err != nil {
		return err
	}
	for _, status := range []string{"dispatched", "delivered"} {
		err := atOnceFor(ctx, n, func(ctx context.Context, i int) error {
			return r.post(ctx, r.shipments+"/shipments/"+url.PathEscape(booked[i])+"/status", map[string]any{"status": status})
		})
		if err != nil {
			return fmt.Errorf("report shipments as %s: %w", status, err)
		}
		if _, err := r.reached(ctx, n, r.shipments+"/shipments", status); err != nil {
			return err
		}
	}
	_, err = r.reached(ctx, n, r.orders+"/orders", "completed")
	return err
}

// atOnceFor does something for each of n, a few at once.
func atOnceFor(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range n {
		g.Go(func() error { return do(ctx, i) })
	}
	return g.Wait()
}

// entry is a row of the application's lists.
type entry struct{ ID, Status string }

// reached waits until a list has n entries, all with a status, and returns their ids. An order that can't get there any more is an error.
func (r *reference) reached(ctx context.Context, n int, list, status string) (ids []string, err error) {
	err = until(ctx, fmt.Sprintf("the %d of %s are %s", n, list, status), func() (bool, error) {
		entries, err := r.list(ctx, list)
		if err != nil {
			return false, errors.Join(err, r.running())
		}
		ids = nil
		for _, e := range entries {
			switch e.Status {
			case status:
				ids = append(ids, e.ID)
			case "failed", "cancelled", "timedOut", "customerActionRequired":
				return false, fmt.Errorf("%s is %s: figures of incomplete work would mislead", e.ID, e.Status)
			}
		}
		return len(ids) == n && len(entries) == n, r.running()
	})
	return ids, err
}

func (r *reference) list(ctx context.Context, address string) (list []entry, err error) {
	err = r.call(ctx, http.MethodGet, address, nil, func(body io.Reader) error { return json.NewDecoder(body).Decode(&list) })
	return list, err
}

func (r *reference) post(ctx context.Context, address string, what any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	return r.call(ctx, http.MethodPost, address, body, func(io.Reader) error { return nil })
}

func (r *reference) call(ctx context.Context, method, address string, body []byte, read func(io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := r.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode/100 != 2 {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 1000))
		return fmt.Errorf("%s %s answered %s: %s", method, address, resp.Status, strings.TrimSpace(string(said)))
	}
	return read(resp.Body)
}
