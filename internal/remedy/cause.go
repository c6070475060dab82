package remedy

import (
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/shipment"
)

// OfShipment returns the remedy with the cause of a package's fault in it: what the fault really is decides, then its HTTP status.
func (r Remedy) OfShipment(f *channel.Fault) Remedy {
	class, status := r.Class, 0
	if f != nil {
		status = f.Status
		if class == channel.Unknown {
			class = f.Class
		}
	}
	r.Cause = causeOf(class, status)
	return r
}

// causeOf returns the cause for a class; one of an unknown class is told by its HTTP status.
func causeOf(class channel.Class, status int) shipment.Cause {
	switch class {
	case channel.Network, channel.Timeout:
		return shipment.CauseConnection
	case channel.Throttled:
		return shipment.CauseRequestLimit
	case channel.Config:
		return shipment.CauseConfiguration
	case channel.Invalid, channel.Limit, channel.Missing, channel.Conflict:
		return shipment.CauseData
	case channel.Unavailable:
		return shipment.CauseServer
	case channel.Auth:
		return shipment.CauseToken
	case channel.Unknown:
	}
	switch {
	case status == 429:
		return shipment.CauseRequestLimit
	case status == 401:
		return shipment.CauseToken
	case status >= 400 && status < 500:
		return shipment.CauseData
	}
	return shipment.CauseServer
}
