package devserver

import (
	"context"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/temporalserver"
	"github.com/towpath/towpath/starter"
)

// temporal is the Temporal server that runs in the process.
type temporal interface {
	Address() string
	Namespace() string
	UIAddress() string
	Counts() temporalserver.Counts
	Stop()
}

// startServer starts a Temporal server; nil with an error.
func startServer(ctx context.Context, o temporalserver.Options) (temporal, error) {
	s, err := temporalserver.Start(ctx, o)
	if err != nil {
		return nil, err // a nil *Server in the interface would not be nil
	}
	return s, nil
}

// operator is what the simulated merchant's staff ask of the platform; starter.Starter implements it.
type operator interface {
	ImportCatalogue(ctx context.Context, f *merchantfile.File, o starter.ImportOptions) (starter.CatalogueImport, error)
	ImportLinks(ctx context.Context, account string) error
	LinksImported(ctx context.Context, account string, show func(message.Status)) (message.LinksImportResult, error)
	MatchLinks(ctx context.Context, account string, dry bool) (starter.Matches, error)
	WakeStock(ctx context.Context, accounts []string) error
	Publish(ctx context.Context, ask starter.PublishRequest) (publications.Publication, error)
	Retry(ctx context.Context, workflowID string) error
}

var _ operator = (*starter.Starter)(nil)
