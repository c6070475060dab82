package ebay

import (
	"sync"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing/aspects"
)

// rulebook caches parsed definitions by checksum, so that each is parsed once and not for every batch. Its zero value
// is ready to use.
type rulebook struct {
	mu         sync.Mutex
	categories map[string]*aspects.Category
}

// maxRules is the greatest number of cached categories: each may take some megabytes.
const maxRules = 16

// category returns the requirements of a category; nil if its definition is missing or unreadable.
func (b *rulebook) category(definitions channel.Definitions, id string) *aspects.Category {
	if id == "" || definitions == nil {
		return nil
	}
	d := definitions.Definition(id)
	if d == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if c, ok := b.categories[d.Checksum]; ok && d.Checksum != "" {
		return c
	}
	c, err := aspects.Parse(d.Body)
	if err != nil || c.ID != id {
		return nil
	}
	if b.categories == nil || len(b.categories) >= maxRules {
		b.categories = map[string]*aspects.Category{}
	}
	b.categories[d.Checksum] = c
	return c
}

// seller returns the seller's settings; nil if they are not known.
func seller(definitions channel.Definitions) *aspects.Seller {
	if definitions == nil {
		return nil
	}
	d := definitions.Definition("")
	if d == nil {
		return nil
	}
	s, err := aspects.ParseSeller(d.Body)
	if err != nil {
		return nil
	}
	return s
}
