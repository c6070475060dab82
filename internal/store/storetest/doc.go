// Package storetest opens stores for tests, on both databases, and lets tests look into the tables and fill them.
package storetest
