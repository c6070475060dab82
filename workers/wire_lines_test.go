package workers

import (
	"context"
	"encoding"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"
)

// wire describes in lines what is sent between programs: every function with its messages, every message's fields as
// in JSON, and the values that a field may have where Go has a type for them. A line names the Go type without its
// package, so that moving one changes nothing.
type wire struct {
	t     *testing.T
	types map[string]reflect.Type // seen, by the name in the lines
	all   []string
}

func newWire(t *testing.T, functions registered) *wire {
	t.Helper()
	w := &wire{t: t, types: make(map[string]reflect.Type)}
	for name, f := range functions {
		var in, out []string
		for i := range f.NumIn() {
			if p := f.In(i); p != reflect.TypeFor[context.Context]() && p != reflect.TypeFor[workflow.Context]() {
				in = append(in, w.name(p))
			}
		}
		for i := range f.NumOut() {
			if p := f.Out(i); p != reflect.TypeFor[error]() {
				out = append(out, w.name(p))
			}
		}
		w.all = append(w.all, fmt.Sprintf("%s(%s) %s", name, strings.Join(in, ", "), strings.Join(out, ", ")))
	}
	return w
}

func (w *wire) lines() []string {
	for i := range w.all {
		w.all[i] = strings.TrimSpace(w.all[i])
	}
	slices.Sort(w.all)
	return w.all
}

// name returns the name of a type in a line; its fields get lines of their own.
func (w *wire) name(typ reflect.Type) string {
	switch typ {
	case reflect.TypeFor[time.Time]():
		return "time"
	case reflect.TypeFor[time.Duration]():
		return "nanoseconds"
	}
	for _, own := range []reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()} {
		require.False(w.t, typ.Implements(own) || reflect.PointerTo(typ).Implements(own), "%s makes its JSON itself: say here how a line names it", typ)
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return w.name(typ.Elem())
	case reflect.Slice, reflect.Array:
		return "list of " + w.name(typ.Elem())
	case reflect.Map:
		return w.name(typ.Elem()) + " by " + w.name(typ.Key())
	case reflect.Struct:
		return w.message(typ)
	case reflect.String:
		return w.words(typ)
	case reflect.Bool:
		return "boolean"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Int, reflect.Int64, reflect.Int32:
		return "integer"
	default:
		require.Fail(w.t, "say here how a line names "+typ.String())
		return ""
	}
}

// first reports whether a type occurs for the first time, and fails if another type has the same name.
func (w *wire) first(typ reflect.Type) bool {
	before, seen := w.types[typ.Name()]
	require.True(w.t, !seen || before == typ, "two types of one name travel: %s and %s", before, typ)
	w.types[typ.Name()] = typ
	return !seen
}

func (w *wire) message(typ reflect.Type) string {
	require.NotEmpty(w.t, typ.Name(), "a message is a type with a name: %s", typ)
	if w.first(typ) {
		w.fields(typ.Name(), typ)
	}
	return typ.Name()
}

// fields writes a line for every field of a message, including those of embedded messages. A field without a tag has
// its Go name.
func (w *wire) fields(of string, typ reflect.Type) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case tag == "-":
		case f.Anonymous && tag == "":
			w.fields(of, f.Type)
		case f.IsExported():
			if tag == "" {
				tag = f.Name
			}
			w.all = append(w.all, fmt.Sprintf("%s.%s %s", of, tag, w.name(f.Type)))
		}
	}
}

// words names a type of text, and writes a line for each constant of it.
func (w *wire) words(typ reflect.Type) string {
	if typ.PkgPath() == "" {
		return "text"
	}
	if !w.first(typ) {
		return typ.Name()
	}
	files, err := filepath.Glob(filepath.Join("..", strings.TrimPrefix(typ.PkgPath(), "github.com/towpath/towpath/"), "*.go"))
	require.NoError(w.t, err)
	require.NotEmpty(w.t, files, "where is %s?", typ.PkgPath())
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(w.t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if of, ok := spec.Type.(*ast.Ident); ok && of.Name == typ.Name() {
				w.constants(typ, spec)
			}
			return true
		})
	}
	return typ.Name()
}

func (w *wire) constants(typ reflect.Type, spec *ast.ValueSpec) {
	for _, value := range spec.Values {
		if text, ok := value.(*ast.BasicLit); ok {
			w.all = append(w.all, fmt.Sprintf("%s is %s", typ.Name(), text.Value))
		}
	}
}
