package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/starter"
)

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
	correction := shipment.Correction{TrackingNumber: r.PostForm.Get("tracking"), Carrier: r.PostForm.Get("carrier"), Label: r.PostForm.Get("label")}
	if correction.Empty() {
		return "", notDone("the correction is empty: give a tracking number, a carrier or a label", back)
	}
	d, err := c.starter.Store.Orders.Detail(ctx, id)
	if err != nil {
		return "", err
	}
	notice := "corrected"
	out, err := c.starter.CorrectPackage(ctx, d.OrderRow, r.PostForm.Get("package"), correction)
	var refused *starter.RefusedError
	switch {
	case errors.As(err, &refused):
		return "", notDone(refused.Reason, back)
	case err != nil && out.Changed:
		notice = "corrected-later"
	case err != nil:
		return "", err
	case out.Tell:
		notice = "correcting"
	}
	return back + "?" + url.Values{"notice": {notice}}.Encode(), nil
}
