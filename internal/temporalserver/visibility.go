package temporalserver

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/schema"
)

// keptIndexes are the indexes of the table of searches that are kept. All searches are answered in the order of default_idx; what runs is a few of many
// that have ended, and single workflows are searched for by their ids. The server's schema (1.32.1) has 58, one for each attribute, and every workflow that
// starts, changes an attribute or ends writes to all of them.
var keptIndexes = []string{"default_idx", "by_workflow_id", "by_status"}

// indexOfSearches is an index in the server's own schema.
var indexOfSearches = regexp.MustCompile(`(?m)^CREATE INDEX\s+(\w+)\s+ON executions_visibility\b`)

// dropIndexes drops the indexes of searches that are not kept. What they are called is read from the server's schema, so that those that a later server
// brings go as well. It may be repeated, and finds the indexes of a file that an older build has made.
func dropIndexes(db sqlplugin.AdminDB, file string) error {
	text, err := fs.ReadFile(schema.Assets(), "sqlite/v3/visibility/schema.sql")
	if err != nil {
		return fmt.Errorf("read the server's schema of searches: %w", err)
	}
	for _, found := range indexOfSearches.FindAllSubmatch(text, -1) {
		name := string(found[1])
		if slices.Contains(keptIndexes, name) {
			continue
		}
		if err := db.Exec("DROP INDEX IF EXISTS " + name); err != nil {
			return fmt.Errorf("drop index %s, which serves no search, in %s: %w", name, file, err)
		}
	}
	return nil
}
