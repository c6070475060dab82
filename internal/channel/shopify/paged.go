package shopify

import "github.com/towpath/towpath/internal/channel"

// paged is a list as far as it was read: Shopify answers long ones in pages.
type paged[T any] struct {
	Nodes    []T      `json:"nodes"`
	PageInfo pageInfo `json:"pageInfo"`
}

type pageInfo struct {
	HasNextPage bool   `json:"hasNextPage"`
	EndCursor   string `json:"endCursor"`
}

// stuck tells that a page of n leads nowhere: more is promised, but not where.
func (p pageInfo) stuck(after string, n int) bool {
	return p.HasNextPage && (p.EndCursor == "" || p.EndCursor == after || n == 0)
}

// unread is a list of which nothing was read.
func unread[T any]() paged[T] { return paged[T]{PageInfo: pageInfo{HasNextPage: true}} }

// maxPages bounds how long pages are followed.
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
	return channel.Refusal(channel.Unavailable, op.name, CodeRepeatedCursor, "more pages than any list has")
}
