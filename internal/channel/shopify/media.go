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

// wireMedia is a picture, film or model of a product.
type wireMedia struct {
	Type   string `json:"__typename"`
	ID     string `json:"id"`
	Status string `json:"status"`
	Image  *struct {
		URL string `json:"url"`
	} `json:"image"` // null until the picture is ready
}

// fileInput is a file that the product is to have: one that it has, or one for Shopify to fetch.
type fileInput struct {
	ID       string `json:"id,omitempty"`
	Source   string `json:"originalSource,omitempty"`
	Type     string `json:"contentType,omitempty"`
	Filename string `json:"filename,omitempty"`
}

// ownFiles begins the names of the files that Towpath has put up, so that a later publication knows them again.
const ownFiles = "towpath-"

// pictures are the endings that a file name may keep; Shopify wants the one of the source.
var pictures = []string{".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic"}

// fileName names the file of a picture by its address; empty when the address tells no kind of picture, and such a
// picture can't be known again.
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

// pending tells that Shopify has not fetched the picture yet, so that nobody can say which it is.
func (m *wireMedia) pending() bool {
	return m.Image == nil && (m.Status == "UPLOADED" || m.Status == "PROCESSING")
}

// name is the name of the picture's file, without its ending: Shopify may add to it what makes it unique.
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

// is tells whether the picture is the one that Towpath put up under that file name.
func (m *wireMedia) is(file string) bool {
	return file != "" && strings.HasPrefix(m.name(), strings.TrimSuffix(file, path.Ext(file)))
}

// images are all pictures of a publication, each once: the product's, then the variants'.
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

// files makes the list of files: the publication's in their order, then those that others have put there. Of our own, those that
// it does not name are gone, but only when it is of the whole product: else they may be a variant's that it says nothing of. It
// answers none, which leaves everything as it is, when nothing is to be set, when Shopify is still fetching, and
// when not all files could be read; then ok is false.
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
