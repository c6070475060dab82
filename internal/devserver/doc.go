// Package devserver runs everything in one process on one machine: an embedded Temporal server with its Web UI, the
// store on SQLite, simulated marketplaces with buyers and a warehouse, workers, and the console. It is the
// implementation of towpath-dev.
package devserver
