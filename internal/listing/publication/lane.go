package publication

import "strings"

// Lane is what lists of items choose by, in one word: the endpoint, the kind and the status of an item.
type Lane string

// LaneOf is the lane of items.
func LaneOf[E, K ~string](endpoint E, kind K, status Status) Lane {
	return Lane(string(endpoint) + "/" + string(kind) + "/" + string(status))
}

// Status is that of the items of a lane.
func (l Lane) Status() Status { return Status(l[strings.LastIndex(string(l), "/")+1:]) }

// Of reports whether a lane has items of an endpoint and of a kind. Empty ones stand for all.
func (l Lane) Of(endpoint, kind string) bool {
	return (endpoint == "" || strings.HasPrefix(string(l), endpoint+"/")) && (kind == "" || strings.Contains(string(l), "/"+kind+"/"))
}
