package shopify

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A shop's limits; the API itself returns the first two.
const (
	maxVariants    = 2048
	maxOptions     = 3
	maxTags        = 250
	maxFiles       = 250
	maxText        = 255 // characters
	maxDescription = 512 << 10
)

// plain sets the fields that are not lists; only given ones change.
func (c *productChange) plain(in map[string]any) {
	p := &c.becomes
	p.Title, p.Description = text(in, "title", p.Title), text(in, "descriptionHtml", p.Description)
	p.Vendor, p.Type, p.Status = text(in, "vendor", p.Vendor), text(in, "productType", p.Type), text(in, "status", p.Status)
	p.Description = scripts.ReplaceAllString(p.Description, "")
	if strings.TrimSpace(p.Title) == "" {
		c.wrong("INVALID_PRODUCT", "Title can't be blank", "title")
	}
	if len(p.Description) > maxDescription {
		c.wrong("INVALID_PRODUCT", "Description is too big (maximum is 512 KB)", "descriptionHtml")
	}
	for field, value := range map[string]string{"title": p.Title, "vendor": p.Vendor, "productType": p.Type, "handle": p.Handle} {
		c.tooShort("INVALID_PRODUCT", value, field)
	}
	if tags, given := in["tags"]; given {
		p.Tags = texts(tags)
		if len(p.Tags) > maxTags {
			c.wrong("INVALID_PRODUCT", "Tags cannot be more than 250.", "tags")
		}
		for i, tag := range p.Tags {
			c.tooShort("INVALID_PRODUCT", tag, "tags", strconv.Itoa(i))
		}
	}
	if ids, given := in["collections"]; given {
		p.Collections = texts(ids)
		for i, id := range p.Collections {
			if g, ok := findGroup(id); !ok || g.rule != nil {
				c.wrong("INVALID_INPUT", "Collection can't be joined by hand", "collections", strconv.Itoa(i))
			}
		}
	}
}

// scripts matches what Shopify removes from a description.
var scripts = regexp.MustCompile(`(?is)<script\b.*?(</script>|$)`)

// tooShort refuses a text that is longer than Shopify allows.
func (c *productChange) tooShort(code, text string, field ...string) {
	if utf8.RuneCountInString(text) > maxText {
		c.wrong(code, field[0]+" is too long (maximum is 255 characters)", field...)
	}
}
