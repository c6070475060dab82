package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/encoding/protojson"
)

// found is the shortest history of a branch and the number of histories of that branch.
type found struct {
	history *historypb.History
	count   int
}

// atOnce is how many histories are downloaded at the same time.
const atOnce = 4

// download reads the completed workflows of one kind and keeps the shortest history of every branch.
func download(ctx context.Context, c client.Client, o options, k kind) (map[string]found, error) {
	ids, err := completed(ctx, c, k.workflow, o.limit)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", k.workflow, err)
	}
	var mu sync.Mutex
	best := make(map[string]found)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, id := range ids {
		g.Go(func() error {
			branch, h, err := one(ctx, c, k, id)
			if err != nil || branch == "" {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			f := best[branch]
			if f.history == nil || len(h.GetEvents()) < len(f.history.GetEvents()) {
				f.history = h
			}
			f.count++
			best[branch] = f
			return nil
		})
	}
	return best, g.Wait()
}

func completed(ctx context.Context, c client.Client, workflow string, limit int) ([]*commonpb.WorkflowExecution, error) {
	var all []*commonpb.WorkflowExecution
	var token []byte
	for {
		page, err := c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Query: fmt.Sprintf("WorkflowType = '%s' AND ExecutionStatus IN ('Completed', 'ContinuedAsNew')", workflow), PageSize: 500, NextPageToken: token,
		})
		if err != nil {
			return nil, err
		}
		for _, e := range page.GetExecutions() {
			all = append(all, e.GetExecution())
		}
		if token = page.GetNextPageToken(); len(token) == 0 || len(all) >= limit {
			return all, nil
		}
	}
}

// one downloads a history and returns its branch.
func one(ctx context.Context, c client.Client, k kind, id *commonpb.WorkflowExecution) (string, *historypb.History, error) {
	h := &historypb.History{}
	events := c.GetWorkflowHistory(ctx, id.GetWorkflowId(), id.GetRunId(), false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			return "", nil, fmt.Errorf("download %s: %w", id.GetWorkflowId(), err)
		}
		h.Events = append(h.Events, e)
	}
	f, err := newFacts(h)
	if err != nil {
		return "", nil, fmt.Errorf("read %s: %w", id.GetWorkflowId(), err)
	}
	branch, err := k.branch(f)
	if err != nil {
		return "", nil, fmt.Errorf("find the branch of %s: %w", id.GetWorkflowId(), err)
	}
	return branch, h, nil
}

// write saves the history unless there is a file already, and returns what happened to the file.
func (f found) write(o options, workflow, branch string) (string, error) {
	file := filepath.Join(o.out, workflow+"-"+branch+".json")
	_, err := os.Stat(file)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("look for %s: %w", file, err)
	case f.history == nil && err != nil:
		return "missing", nil
	case f.history == nil, err == nil && !o.replace:
		return "kept", nil
	}
	anonymise(f.history.ProtoReflect())
	text, err := protojson.Marshal(f.history)
	if err != nil {
		return "", fmt.Errorf("write %s-%s: %w", workflow, branch, err)
	}
	var lines bytes.Buffer // protojson varies its spaces on purpose
	if err := json.Indent(&lines, text, "", " "); err != nil {
		return "", fmt.Errorf("write %s-%s: %w", workflow, branch, err)
	}
	lines.WriteByte('\n')
	if err := os.WriteFile(file, lines.Bytes(), 0o644); err != nil {
		return "", fmt.Errorf("write %s-%s: %w", workflow, branch, err)
	}
	return "written", nil
}
