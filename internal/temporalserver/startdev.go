package temporalserver

import (
	"go.temporal.io/server/common/config"
	dc "go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
)

// startDevPersistence returns what `temporal server start-dev --db-filename FILE` (command line 1.8, server 1.32) keeps its data in: one file for all,
// without a pragma, so with SQLite's rollback journal, and with all indexes of the server's schema.
func startDevPersistence(file string) config.Persistence {
	return config.Persistence{
		DefaultStore: mainStore, VisibilityStore: mainStore, NumHistoryShards: 1,
		DataStores: map[string]config.DataStore{mainStore: {SQL: &config.SQL{
			PluginName: sqlite.PluginName, DatabaseName: databaseName(file), ConnectAttributes: map[string]string{"mode": "rwc"},
		}}},
	}
}

// startDevSettings returns the few settings that start-dev makes; all else is the server's own default. Only the check for newer versions is off, because it
// calls out.
func startDevSettings() dc.StaticClient {
	return dc.StaticClient{
		dc.HistoryCacheHostLevelMaxSize.Key():                 8096,
		dc.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 100,
		dc.ForceSearchAttributesCacheRefreshOnRead.Key():      true,
		dc.ForceNexusEndpointRefreshOnRead.Key():              true,
		dc.FrontendPersistenceMaxQPS.Key():                    10_000,
		dc.HistoryPersistenceMaxQPS.Key():                     45_000,

		dc.EnableServerVersionCheck.Key(): false,
	}
}
