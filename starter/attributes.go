package starter

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/towpath/towpath/internal/message"
)

// Prepare registers the search attributes and sets the budgets of each channel's queue. It is idempotent; call it before the
// first worker of a process starts.
func (s *Starter) Prepare(ctx context.Context, namespace string) error {
	if err := s.ensureAttributes(ctx, namespace); err != nil {
		return fmt.Errorf("register search attributes: %w", err)
	}
	return s.ApplyLimits(ctx, namespace)
}

// ensureAttributes retries until the server accepts: the first call after a start can fail, and a new attribute becomes known
// only after some time.
func (s *Starter) ensureAttributes(ctx context.Context, namespace string) error {
	keyword := enumspb.INDEXED_VALUE_TYPE_KEYWORD
	wanted := map[string]enumspb.IndexedValueType{
		message.AttrAccount: keyword, message.AttrState: keyword, message.AttrFaultCode: keyword,
	}
	for {
		missing, err := s.missingAttributes(ctx, namespace, wanted)
		if err == nil && len(missing) == 0 {
			if err = s.attributesKnown(ctx, namespace); err == nil {
				return nil
			}
		}
		if err == nil {
			_, err = s.Temporal.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
				Namespace: namespace, SearchAttributes: missing,
			})
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// attributesKnown runs a query with every attribute, which fails until the server knows all of them.
func (s *Starter) attributesKnown(ctx context.Context, namespace string) error {
	_, err := s.Temporal.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
		Namespace: namespace,
		Query:     fmt.Sprintf("%s = '-' AND %s = '-' AND %s = '-'", message.AttrAccount, message.AttrState, message.AttrFaultCode),
	})
	return err
}

func (s *Starter) missingAttributes(ctx context.Context, namespace string, wanted map[string]enumspb.IndexedValueType) (map[string]enumspb.IndexedValueType, error) {
	have, err := s.Temporal.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return nil, err
	}
	missing := make(map[string]enumspb.IndexedValueType)
	for name, kind := range wanted {
		if _, ok := have.CustomAttributes[name]; !ok {
			missing[name] = kind
		}
	}
	return missing, nil
}
