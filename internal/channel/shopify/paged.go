package shopify

import "github.com/towpath/towpath/internal/channel"

// paged is a list as far as it has been read: Shopify sends long ones in pages.
type paged[T any] struct {
	Nodes    []T      `json:"nodes"`
	PageInfo pageInfo `json:"pageInfo"`
}

type pageInfo struct {
	HasNextPage bool   `json:"hasNextPage"`
	EndCursor   string `json:"endCursor"`
}

// stuck reports whether a page of n leads nowhere: there should be more, but the cursor does not move.
func (p pageInfo) stuck(after string, n int) bool {
	return p.HasNextPage && (p.EndCursor == "" || p.EndCursor == after || n == 0)
}

// unread returns a list of which nothing has been read.
func unread[T any]() paged[T] { return paged[T]{PageInfo: pageInfo{HasNextPage: true}} }

// maxPages limits the number of pages of a list.
const maxPages = 1000

// finish reads the rest of a list. next reads the page after a cursor, which is empty for the first page.
func (p *paged[T]) finish(op operation, next func(after string) (paged[T], reply, *channel.Fault)) *channel.Fault {
	for range maxPages {
		if !p.PageInfo.HasNextPage {
			return nil
		}
		after := p.PageInfo.EndCursor
		page, r, fault := next(after)
		if fault != nil {
			return fault
		}
		if page.PageInfo.stuck(after, len(page.Nodes)) {
			return r.answer.Fault(channel.Unavailable, op.name, CodeRepeatedCursor)
		}
		p.Nodes, p.PageInfo = append(p.Nodes, page.Nodes...), page.PageInfo
	}
	return channel.Refusal(channel.Unavailable, op.name, CodeRepeatedCursor, "the list has too many pages")
}
