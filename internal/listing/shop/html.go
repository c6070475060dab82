package shop

import (
	"strings"

	"golang.org/x/net/html"
)

// active finds the first part of an HTML text that runs something: a script, an event handler, an address of JavaScript. It is
// empty when there is none. However broken the HTML is, it is read as browsers read it.
func active(text string) string {
	if !strings.Contains(text, "<") {
		return ""
	}
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			if part := activeTag(z); part != "" {
				return part
			}
		case html.TextToken, html.EndTagToken, html.CommentToken, html.DoctypeToken:
		}
	}
}

func activeTag(z *html.Tokenizer) string {
	name, more := z.TagName()
	if string(name) == "script" {
		return "<script>"
	}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if strings.HasPrefix(string(key), "on") {
			return string(key) + "=..."
		}
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(string(value))), "javascript:") {
			return "javascript:..."
		}
	}
	return ""
}
