package workflows

import (
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/message"
)

// OrderName returns a short name of an order for the Web UI. Of Shopify's ids (gid://shopify/Order/450789469) it keeps the
// number.
func OrderName(k message.OrderKey) string {
	return fmt.Sprintf("%s on %s", k.OrderID[strings.LastIndexByte(k.OrderID, '/')+1:], k.Account.ID)
}

// plural returns the number and the noun, in the plural unless n is 1.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
