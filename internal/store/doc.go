// Package store keeps the business data in SQL. It is divided into rooms: packages over one database that each own some tables,
// and import only rooms above them in this list. Every write is idempotent.
//
//	db            the open database: dialects, migrations, transactions, lists as parameters
//	runs          what was done: runs, items, calls, faults
//	incidents     what needs a person: incidents, what is parked
//	accounts      accounts, their grants and rates
//	levels        what is to be listed: dirty levels, the brake, pushes, what channels answered
//	settings      settings of accounts that change levels
//	products      the catalogue, kits, product types, definitions
//	ledger        the stock's books, and the units of order lines
//	links         links, listings, listings made elsewhere
//	buyers        buyers' names and addresses, encrypted, and their keys
//	aside         orders that can't be saved, encrypted, and why
//	orders        pages of orders, changes of one, lists of them
//	packages      packages, exports of orders to be packed
//	publications  publications and their items
//	backfills     backfills of past orders, and the orders of their reports
//	coverages     what channels have against what is here, hour by hour, and which orders are missing
//	books         all of it, as an audit reads it
//
// A statement may read any table; only Go calls follow the order. A function for another room's transaction takes the transaction
// after the context: levels.MarkDirty(ctx, t, skus, cause). Callers outside use the rooms through Store: s.Orders.SavePage(ctx,
// orders.Page{...}). This package also has overviews that read several rooms.
package store
