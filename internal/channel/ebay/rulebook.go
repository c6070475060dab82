package ebay

import (
	"sync"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing/aspects"
)

// rulebook keeps definitions as they were read, by checksum: one of a category is read once and not for each batch. Its zero value is ready.
type rulebook struct {
	mu         sync.Mutex
	categories map[string]*aspects.Category
}

// maxRules is how many categories are kept: each may take some megabytes.
const maxRules = 16

// category is what eBay requires in a category; nil when its definition is not there or can't be read.
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

// seller is what the seller has set up; nil when it is not known.
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
