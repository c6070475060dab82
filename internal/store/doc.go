// Package store keeps the business facts in SQL. It is a house of rooms over one database: a room owns tables and what is done to them, and
// imports only rooms that stand above it in this list. Every write is idempotent.
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
//	orders        pages of orders, changes of one, lists of them
//	packages      packages, exports of orders to be packed
//	publications  publications and their items
//	books         all of it, as an audit reads it
//
// A statement may read any table; only what Go calls goes one way. What a transaction of another room needs is a function with the
// transaction after the context: levels.MarkDirty(ctx, t, skus, cause). Callers outside use the rooms through Store, and their types:
// s.Orders.SavePage(ctx, orders.Page{...}). Here are also the overviews, which ask several rooms.
package store
