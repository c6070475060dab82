// Package devserver is everything on one machine in one process: an embedded Temporal server with its Web UI, the store on SQLite,
// simulated marketplaces with buyers and a warehouse, workers, and the console. It is the inside of towpath-dev.
package devserver
