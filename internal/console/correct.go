package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
)

// maxLabel is the greatest length of what a label has, in bytes.
const maxLabel = 100

// correctPackage corrects the label of a package, which its order's page offers.
func (c *console) correctPackage(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return "", store.ErrNotFound
	}
	back := "/orders/" + strconv.FormatInt(id, 10)
	given := map[string]string{}
	for _, name := range []string{"tracking", "carrier", "label"} {
		if given[name] = strings.TrimSpace(r.PostForm.Get(name)); !plainText(given[name]) || len(given[name]) > maxLabel {
			return "", notDone(fmt.Sprintf("the %s is no plain text of at most %d characters", name, maxLabel), back)
		}
	}
	correction := shipment.Correction{TrackingNumber: given["tracking"], Carrier: given["carrier"], Label: given["label"]}
	if correction.Empty() {
		return "", notDone("the correction is empty: give a tracking number, a carrier or a label", back)
	}
	d, err := c.starter.Store.Orders.Detail(ctx, id)
	if err != nil {
		return "", err
	}
	notice := "corrected"
	out, err := c.starter.CorrectPackage(ctx, d.OrderRow, r.PostForm.Get("package"), correction)
	switch {
	case err != nil && (out.Changed || out.Tell): // the second: it was corrected before, and Temporal did not answer then
		notice = "corrected-later"
	case err != nil:
		return "", refusedAs(err, back)
	case out.Tell:
		notice = "correcting"
	}
	return back + "?" + url.Values{"notice": {notice}}.Encode(), nil
}
