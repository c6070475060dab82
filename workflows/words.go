package workflows

import (
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/message"
)

// OrderName is how the Web UI's texts name an order. Of Shopify's ids (gid://shopify/Order/450789469) only the
// number says anything to a person.
func OrderName(k message.OrderKey) string {
	return fmt.Sprintf("%s on %s", k.OrderID[strings.LastIndexByte(k.OrderID, '/')+1:], k.Account.ID)
}

// plural says how many there are of a thing.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
