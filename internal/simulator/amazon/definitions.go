package amazon

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/towpath/towpath/internal/listing/producttype"
)

// own are the simulator's product types, in the form of Amazon's definitions. The texts are ours. Each is put together from what all types
// have, from what the marketplace files goods by, and from what is the type's own.
//
//go:embed definitions/*.json
var own embed.FS

const commonPart = "common"

// americans are the marketplaces that use an item type; others use browse nodes. Each forbids the other's attribute.
var americans = []string{"US", "CA"}

// parts are parts of definitions that are not types.
var parts = []string{commonPart, "item_type", "browse_nodes"}

// definition is a marketplace's definition of a product type.
type definition struct {
	Type     string
	Body     []byte // as it is served
	Checksum string
	Rules    *producttype.Definition
}

var productTypes = regexp.MustCompile(`^[A-Z0-9_]+$`)

// library builds the definitions of one marketplace, each once: Amazon's are a megabyte, and reading one takes time.
type library struct {
	place  place
	id     string // of the marketplace
	folder string

	mu    sync.Mutex
	known map[string]*definition
}

// libraries are shared by all servers of this process.
var libraries sync.Map

func libraryOf(id string, p place, folder string) *library {
	l, _ := libraries.LoadOrStore(id+" "+folder, &library{place: p, id: id, folder: folder, known: map[string]*definition{}})
	return l.(*library)
}

// find returns the definition of a type; nil when the marketplace has no such type.
func (l *library) find(productType string) (*definition, error) {
	if !productTypes.MatchString(productType) {
		return nil, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if d, ok := l.known[productType]; ok {
		return d, nil
	}
	body, err := l.read(productType)
	if err != nil {
		return nil, fmt.Errorf("definition of %s: %w", productType, err)
	}
	var d *definition
	if body != nil {
		rules, err := producttype.Compile(body)
		if err != nil {
			return nil, fmt.Errorf("definition of %s: %w", productType, err)
		}
		d = &definition{Type: productType, Body: body, Checksum: producttype.Checksum(body), Rules: rules}
	}
	l.known[productType] = d
	return d, nil
}

// read returns a definition's text, from the folder or else the embedded one; nil when there is none.
func (l *library) read(productType string) ([]byte, error) {
	if l.folder != "" {
		body, err := os.ReadFile(filepath.Join(l.folder, productType+"-"+strings.ToLower(l.place.country)+".json"))
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return body, err
		}
	}
	if !slices.Contains(ownTypes(), productType) {
		return nil, nil
	}
	files := "browse_nodes"
	if slices.Contains(americans, l.place.country) {
		files = "item_type"
	}
	whole, err := l.part(commonPart, productType)
	for _, name := range []string{files, productType} {
		if err != nil {
			return nil, err
		}
		var more map[string]any
		if more, err = l.part(name, productType); err == nil {
			maps.Copy(whole["properties"].(map[string]any), more["properties"].(map[string]any))
			whole["required"] = append(whole["required"].([]any), more["required"].([]any)...)
		}
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(whole)
}

// part reads an embedded file and fills in the marketplace's values.
func (l *library) part(name, productType string) (part map[string]any, err error) {
	body, err := own.ReadFile("definitions/" + name + ".json")
	if err != nil {
		return nil, err
	}
	text := strings.NewReplacer("{{type}}", productType, "{{marketplace}}", l.id, "{{language}}", l.place.language,
		"{{currency}}", l.place.currency, "{{network}}", l.place.network, "{{domain}}", l.place.domain).Replace(string(body))
	err = json.Unmarshal([]byte(text), &part)
	return part, err
}

// ownTypes returns the types with embedded definitions.
func ownTypes() (types []string) {
	files, _ := own.ReadDir("definitions") // it is embedded
	for _, f := range files {
		if name := strings.TrimSuffix(path.Base(f.Name()), ".json"); !slices.Contains(parts, name) {
			types = append(types, name)
		}
	}
	return types
}
