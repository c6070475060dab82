package shopify

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// wireMedia is a picture, video or model of a product.
type wireMedia struct {
	Type   string `json:"__typename"`
	ID     string `json:"id"`
	Status string `json:"status"`
	Image  *struct {
		URL string `json:"url"`
	} `json:"image"` // null until the picture is ready
}

// fileInput is a wanted file of a product: one that it has, or one for Shopify to fetch.
type fileInput struct {
	ID       string `json:"id,omitempty"`
	Source   string `json:"originalSource,omitempty"`
	Type     string `json:"contentType,omitempty"`
	Filename string `json:"filename,omitempty"`
}

// ownFiles is the prefix of the names of files that Towpath added, so that a later publication recognises them.
const ownFiles = "towpath-"

// pictures are the extensions that a file name may keep; Shopify requires the one of the source.
var pictures = []string{".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic"}

// fileName returns the file name for a picture's address; empty when the address has no picture extension. Such a
// picture can't be recognised later.
func fileName(source string) string {
	u, err := url.Parse(source)
	if err != nil {
		return ""
	}
	ending := strings.ToLower(path.Ext(u.Path))
	if !slices.Contains(pictures, ending) {
		return ""
	}
	const digits = 20
	sum := sha256.Sum256([]byte(source))
	return ownFiles + hex.EncodeToString(sum[:])[:digits] + ending
}

// pending reports whether Shopify has not fetched the picture yet, so that it can't be recognised.
func (m *wireMedia) pending() bool {
	return m.Image == nil && (m.Status == "UPLOADED" || m.Status == "PROCESSING")
}

// name returns the picture's file name without extension: Shopify may append characters to make it unique.
func (m *wireMedia) name() string {
	if m.Image == nil {
		return ""
	}
	u, err := url.Parse(m.Image.URL)
	if err != nil {
		return ""
	}
	return path.Base(u.Path)
}

// is reports whether the picture is the one that Towpath added under that file name.
func (m *wireMedia) is(file string) bool {
	return file != "" && strings.HasPrefix(m.name(), strings.TrimSuffix(file, path.Ext(file)))
}

// images returns all pictures of a publication, each once: the product's, then the variants'.
func images(p channel.Product) []string {
	var all []string
	for _, list := range append([][]string{p.Images}, variantImages(p)...) {
		for _, source := range list {
			if !slices.Contains(all, source) {
				all = append(all, source)
			}
		}
	}
	return all
}

func variantImages(p channel.Product) [][]string {
	all := make([][]string, len(p.Variants))
	for i, v := range p.Variants {
		all[i] = v.Images
	}
	return all
}

// files returns the wanted list of files: the publication's in their order, then those that others added. Towpath's
// own files that the publication does not name are removed, but only if it contains the whole product: otherwise they
// may belong to a variant that it leaves out. The list is empty, which leaves all files unchanged, if there is
// nothing to set, if Shopify is still fetching, or if not all files could be read; then ok is false.
func (b *before) files(p channel.Product, whole bool) (list []fileInput, bySource map[string]fileInput, ok bool) {
	wanted := images(p)
	if len(wanted) == 0 {
		return nil, nil, true
	}
	var media []wireMedia
	if b.product != nil {
		media = b.product.Media.Nodes
		if b.product.Media.PageInfo.HasNextPage || slices.ContainsFunc(media, func(m wireMedia) bool { return m.pending() }) {
			return nil, nil, false
		}
	}
	bySource, known := map[string]fileInput{}, map[string]bool{}
	for _, source := range wanted {
		name := fileName(source)
		file := fileInput{Source: source, Type: "IMAGE", Filename: name}
		for _, m := range media {
			if m.is(name) {
				file, known[m.ID] = fileInput{ID: m.ID}, true
				break
			}
		}
		bySource[source] = file
		list = append(list, file)
	}
	for _, m := range media {
		if !known[m.ID] && (!whole || !strings.HasPrefix(m.name(), ownFiles)) {
			list = append(list, fileInput{ID: m.ID})
		}
	}
	return list, bySource, true
}
