#!/usr/bin/env bash
# Temporal's schema of searches for SQLite has an index for every attribute that anybody might search by, filled or not: an embedded server writes all of
# them for each workflow that starts, and again when it ends, although most have no value.
#
# Versions: go.temporal.io/server v1.32.1 (schema/sqlite/v3/visibility/schema.sql), modernc.org/sqlite v1.62.0.
# Seen: 58 indexes; a file with 3,000 workflows that have ended is several times as large as one with the three indexes that a program needs which
# searches by status, by id and in the order of time: 21,762 kB and 2,031 kB.
# Follows: docs/decisions/071.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module searches

go 1.26.8

require modernc.org/sqlite v1.62.0
MOD
cat >main.go <<'GO'
package main

import (
	"database/sql"
	"fmt"
	"os"
	"regexp"
	"slices"

	_ "modernc.org/sqlite"
)

var index = regexp.MustCompile(`(?m)^CREATE INDEX\s+(\w+)\s+ON executions_visibility\b`)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// size fills a new file, without the named indexes, and returns its size.
func size(file, schema string, without []string) int64 {
	db, err := sql.Open("sqlite", file)
	must(err)
	db.SetMaxOpenConns(1)
	_, err = db.Exec(schema)
	must(err)
	for _, name := range without {
		_, err = db.Exec("DROP INDEX " + name)
		must(err)
	}
	tx, err := db.Begin()
	must(err)
	for n := range 3000 {
		_, err = tx.Exec(`INSERT INTO executions_visibility (namespace_id, run_id, start_time, execution_time, workflow_id, workflow_type_name, status, encoding, task_queue)
			VALUES ('shop', ?, '2026-11-30 12:00:00+00:00', '2026-11-30 12:00:00+00:00', ?, 'Order', 1, 'proto3', 'orders')`, fmt.Sprintf("%08d-5f7c-4d75-8bff-4507d75deb76", n), fmt.Sprint("order/", n))
		must(err)
		_, err = tx.Exec(`UPDATE executions_visibility SET status = 2, close_time = '2026-11-30 12:00:01+00:00' WHERE namespace_id = 'shop' AND run_id = ?`,
			fmt.Sprintf("%08d-5f7c-4d75-8bff-4507d75deb76", n))
		must(err)
	}
	must(tx.Commit())
	must(db.Close())
	info, err := os.Stat(file)
	must(err)
	return info.Size()
}

func main() {
	schema, err := os.ReadFile(os.Args[1])
	must(err)
	var drop []string
	all := index.FindAllStringSubmatch(string(schema), -1)
	for _, found := range all {
		if !slices.Contains([]string{"default_idx", "by_workflow_id", "by_status"}, found[1]) {
			drop = append(drop, found[1])
		}
	}
	whole, few := size("all.db", string(schema), nil), size("few.db", string(schema), drop)
	fmt.Printf("%d indexes: %d kB; %d indexes: %d kB\n", len(all), whole/1000, len(all)-len(drop), few/1000)
	if len(all) != 58 || whole < 3*few {
		fmt.Println("changed")
		os.Exit(1)
	}
	fmt.Println("as seen: most of the file is indexes of attributes without a value")
}
GO
export GOTOOLCHAIN=local GOFLAGS=-mod=mod
server=$(go mod download -json go.temporal.io/server@v1.32.1 | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
go get modernc.org/sqlite@v1.62.0 >get.log 2>&1 || { cat get.log; exit 1; }
go run . "$server/schema/sqlite/v3/visibility/schema.sql"
