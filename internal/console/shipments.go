package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/towpath/towpath/starter"
)

// syncShipments lets the selected parked packages be sent again, or all of them.
func (c *console) syncShipments(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	ask := starter.ShipmentsAsk{}
	switch r.PostForm.Get("which") {
	case "all":
	case "chosen":
		if ask.Chosen = r.PostForm["workflow"]; ask.Chosen == nil {
			ask.Chosen = []string{}
		}
	default:
		return "", badForm("it says neither all nor the selected", "")
	}
	list, err := c.starter.SyncShipments(ctx, ask)
	if err != nil {
		return "", err
	}
	refused := func(s starter.SyncedShipment) bool { return s.Outcome == starter.ShipmentNotAsked }
	notice := "shipments"
	switch {
	case len(list) == 0:
		notice = "shipments-none"
	case slices.ContainsFunc(list, refused):
		notice = "shipments-some"
	}
	return "/?" + url.Values{"notice": {notice}}.Encode(), nil
}
