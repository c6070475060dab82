// Package db is the open database under all rooms of the store: the two dialects, the migrations, transactions that are begun again when
// they lost a race, lists as the parameter of a statement, conditions and cursors of lists. It knows none of the tables, apart from making
// them, and imports no other room. One query text serves PostgreSQL and SQLite. Times are UTC microseconds, money is integer minor
// units; both are BIGINT in the tables.
package db
