package packing

import (
	"slices"
	"strings"

	"github.com/google/uuid"
)

// namespace is Towpath's own: it is used only for packages from files.
var namespace = uuid.MustParse("6f1e4a57-2c40-5e0b-9a53-8d5c1f0b7e21")

// ID returns the id of a package from a file, the same whenever the file is read again: by account, channel order id,
// tracking number and the lines in the file (none for a whole order).
func ID(account, orderID, tracking string, lineIDs []string) string {
	parts := append([]string{account, orderID, Number(tracking)}, slices.Sorted(slices.Values(lineIDs))...)
	return uuid.NewSHA1(namespace, []byte(strings.Join(parts, "\x00"))).String()
}
