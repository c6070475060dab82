package temporalserver

import (
	"fmt"
	"slices"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/resolver"
	schema "go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/towpath/towpath/internal/private"
)

// prepareDatabase makes sure that the file has the schema and the namespace before the server opens it. A namespace that is
// there from the first moment needs no wait for the server's namespace cache.
func prepareDatabase(cfg *config.Config, o Options) error {
	stores := cfg.Persistence.DataStores
	if err := prepareFile(stores[mainStore].SQL, o.File); err != nil {
		return err
	}
	if searches := stores[visibilityStore].SQL; searches != nil { // start-dev has everything in one file
		if err := prepareFile(searches, visibilityFile(o.File), dropIndexes); err != nil {
			return err
		}
	}
	namespace, err := schema.NewNamespaceConfig(clusterName, o.Namespace, false, nil)
	if err != nil {
		return fmt.Errorf("describe namespace %q: %w", o.Namespace, err)
	}
	namespace.Detail.Config.Retention = durationpb.New(o.Retention)
	if err := schema.CreateNamespaces(stores[mainStore].SQL, namespace); err != nil {
		return fmt.Errorf("create namespace %q in %s: %w", o.Namespace, o.File, err)
	}
	return nil
}

// prepareFile creates the file, which only its owner can read, with the schema. more is done with it afterwards, at every start.
func prepareFile(file *config.SQL, name string, more ...func(db sqlplugin.AdminDB, file string) error) error {
	if err := private.Database(name); err != nil {
		return fmt.Errorf("open Temporal's database %s (does its folder exist?): %w", name, err)
	}
	db, err := sql.NewSQLAdminDB(sqlplugin.DbKindMain, file, resolver.NewNoopResolver(), log.NewNoopLogger(), metrics.NoopMetricsHandler)
	if err != nil {
		return fmt.Errorf("open Temporal's database %s (does its folder exist, and is no other towpath-dev using it?): %w", name, err)
	}
	defer func() { _ = db.Close() }()
	if err := createSchema(db, name); err != nil {
		return err
	}
	for _, do := range more {
		if err := do(db, name); err != nil {
			return err
		}
	}
	return nil
}

// createSchema fills an empty database. The transaction spans several calls, which is sound only because the plugin's pool
// has exactly one connection.
func createSchema(db sqlplugin.AdminDB, file string) error {
	tables, err := db.ListTables("")
	if err != nil {
		return fmt.Errorf("read Temporal's database %s: %w", file, err)
	}
	if slices.Contains(tables, "namespaces") {
		return nil
	}
	if len(tables) > 0 {
		return fmt.Errorf("%s is not a Temporal database (it has tables, but not Temporal's): give another file", file)
	}
	if err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("create Temporal's schema in %s: %w", file, err)
	}
	if err := schema.SetupSchemaOnDB(db); err != nil {
		_ = db.Exec("ROLLBACK")
		return fmt.Errorf("create Temporal's schema in %s: %w", file, err)
	}
	if err := db.Exec("COMMIT"); err != nil {
		return fmt.Errorf("create Temporal's schema in %s: %w", file, err)
	}
	return nil
}
