package shopify

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// object is a value with fields. A field holds a scalar, nil, an object, a list, a connection or a call.
type object struct {
	kind   string // its type's name
	fields map[string]any
}

// list is a list of objects.
type list []any

// call is a field with arguments. do returns its value.
type call struct {
	accepts []string
	do      func(ctx context.Context, a arguments) (any, error)
}

// connection is one page of a connection.
type connection struct {
	of      string // the type of its nodes
	nodes   []object
	cursors []string
	more    bool
	end     string // endCursor; empty = that of the last node
}

// failure is an error that goes to the top of the answer.
type failure struct{ code, message string }

// Error returns the message.
func (f failure) Error() string { return f.message }

func fail(code, format string, args ...any) error {
	return failure{code: code, message: fmt.Sprintf(format, args...)}
}

// arguments of one field.
type arguments map[string]any

func (a arguments) text(name string) string {
	s, _ := a[name].(string)
	return s
}

// whole returns an integer from JSON or a literal.
func whole(v any) (int, bool) {
	switch n := v.(type) {
	case int64:
		return int(n), true
	case float64:
		return int(n), n == float64(int(n))
	}
	return 0, false
}

// maxPage is the greatest first that Shopify accepts.
const maxPage = 250

// first returns the requested page size.
func (a arguments) first() (int, error) {
	n, ok := whole(a["first"])
	if !ok || n < 1 || n > maxPage {
		return 0, fail("BAD_REQUEST", "first must be from 1 to %d", maxPage)
	}
	return n, nil
}

// Limits of a query: its nesting, including fragments that name each other, and its size with fragments expanded.
const (
	maxDepth  = 30
	maxFields = 5000
)

// executor evaluates the fields that a query selects.
type executor struct {
	ctx       context.Context
	fragments ast.FragmentDefinitionList
	vars      map[string]any
	counted   int // fields counted while computing the cost, which is done first
}

// arguments evaluates a field's arguments without those whose variable was not given.
func (x *executor) arguments(f *ast.Field) (arguments, error) {
	a := arguments{}
	for _, arg := range f.Arguments {
		if arg.Value.Kind == ast.Variable {
			if _, given := x.vars[arg.Value.Raw]; !given {
				continue
			}
		}
		v, err := arg.Value.Value(x.vars)
		if err != nil {
			return nil, fail("argumentLiteralsIncompatible", "Argument '%s' on Field '%s' has an invalid value", arg.Name, f.Name)
		}
		a[arg.Name] = v
	}
	return a, nil
}

// fields returns a selection's fields by response key, with fragments expanded and skipped fields left out.
func (x *executor) fields(set ast.SelectionSet, kind string, depth int) ([]*ast.Field, error) {
	if kind == "" {
		x.counted += len(set)
	}
	if depth > maxDepth || x.counted > maxFields {
		return nil, fail("BAD_REQUEST", "the query is nested too deeply, or too large")
	}
	var all []*ast.Field
	for _, s := range set {
		var inner ast.SelectionSet
		switch s := s.(type) {
		case *ast.Field:
			if x.included(s.Directives) {
				all = append(all, s)
			}
			continue
		case *ast.FragmentSpread:
			f := x.fragments.ForName(s.Name)
			if f == nil {
				return nil, fail("undefinedFragment", "Fragment %s was used, but not defined", s.Name)
			}
			if x.included(s.Directives) && (kind == "" || f.TypeCondition == kind) {
				inner = f.SelectionSet
			}
		case *ast.InlineFragment:
			if x.included(s.Directives) && (kind == "" || s.TypeCondition == "" || s.TypeCondition == kind) {
				inner = s.SelectionSet
			}
		}
		more, err := x.fields(inner, kind, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

func (x *executor) included(directives ast.DirectiveList) bool {
	for _, d := range directives {
		arg := d.Arguments.ForName("if")
		if arg == nil {
			continue
		}
		v, _ := arg.Value.Value(x.vars)
		if is, _ := v.(bool); (d.Name == "skip" && is) || (d.Name == "include" && !is) {
			return false
		}
	}
	return true
}

// object evaluates an object and returns its cost.
func (x *executor) object(o object, set ast.SelectionSet, depth int) (map[string]any, float64, error) {
	fields, err := x.fields(set, o.kind, depth)
	if err != nil {
		return nil, 0, err
	}
	if len(fields) == 0 {
		return nil, 0, fail("selectionMismatch", "Field must have selections (field returns %s)", o.kind)
	}
	out, points := make(map[string]any, len(fields)), 0.0
	for _, f := range fields {
		v, p, err := x.field(o, f, depth)
		if err != nil {
			return nil, 0, err
		}
		points += p
		key := f.Alias
		if key == "" {
			key = f.Name
		}
		if before, ok := out[key].(map[string]any); ok { // the same field selected twice
			if now, ok := v.(map[string]any); ok {
				for k, part := range before {
					if _, again := now[k]; !again {
						now[k] = part
					}
				}
			}
		}
		out[key] = v
	}
	return out, points, nil
}

func (x *executor) field(o object, f *ast.Field, depth int) (any, float64, error) {
	if f.Name == "__typename" {
		return o.kind, 0, nil
	}
	v, ok := o.fields[f.Name]
	if !ok {
		return nil, 0, fail("undefinedField", "Field '%s' doesn't exist on type '%s'", f.Name, o.kind)
	}
	args, err := x.arguments(f)
	if err != nil {
		return nil, 0, err
	}
	c, _ := v.(call)
	for name := range args {
		if !slices.Contains(c.accepts, name) {
			return nil, 0, fail("argumentNotAccepted", "Field '%s' doesn't accept argument '%s'", f.Name, name)
		}
	}
	if c.do != nil {
		if v, err = c.do(x.ctx, args); err != nil {
			return nil, 0, err
		}
	}
	return x.value(v, f, depth)
}

// value evaluates a field's value. Objects cost a point each, connections as in size.
func (x *executor) value(v any, f *ast.Field, depth int) (any, float64, error) {
	switch v := v.(type) {
	case object:
		out, points, err := x.object(v, f.SelectionSet, depth+1)
		return out, points + 1, err
	case connection:
		out, points, err := x.object(v.object(), f.SelectionSet, depth+1)
		return out, points / float64(max(1, len(v.nodes))) * size(len(v.nodes)), err
	case list:
		return x.each(v, f, depth)
	}
	if len(f.SelectionSet) > 0 && v != nil {
		return nil, 0, fail("selectionMismatch", "Selections can't be made on scalars (field '%s')", f.Name)
	}
	return v, 0, nil
}

func (x *executor) each(items list, f *ast.Field, depth int) (any, float64, error) {
	out, points := make([]any, 0, len(items)), 0.0
	for _, item := range items {
		one, p, err := x.value(item, f, depth)
		if err != nil {
			return nil, 0, err
		}
		out, points = append(out, one), points+p
	}
	return out, points, nil
}

// object returns a connection as an object.
func (c connection) object() object {
	nodes, edges := make(list, len(c.nodes)), make(list, len(c.nodes))
	for i, n := range c.nodes {
		nodes[i] = n
		edges[i] = object{kind: c.of + "Edge", fields: map[string]any{"cursor": c.cursors[i], "node": n}}
	}
	info := map[string]any{"hasNextPage": c.more, "hasPreviousPage": false, "startCursor": nil, "endCursor": nil}
	if n := len(c.cursors); n > 0 {
		info["startCursor"], info["endCursor"] = c.cursors[0], c.cursors[n-1]
	}
	if c.end != "" {
		info["endCursor"] = c.end
	}
	return object{kind: c.of + "Connection", fields: map[string]any{
		"nodes": nodes, "edges": edges, "pageInfo": object{kind: "PageInfo", fields: info},
	}}
}

// paged returns a field that pages through nodes in memory; the cursor is the node's index.
func paged(of string, nodes []object) call {
	return call{accepts: []string{"first", "after"}, do: func(_ context.Context, a arguments) (any, error) {
		first, err := a.first()
		if err != nil {
			return nil, err
		}
		from := 0
		if after := a.text("after"); after != "" {
			text, err := base64.StdEncoding.DecodeString(after)
			place, found := strings.CutPrefix(string(text), of+":")
			if from, _ = strconv.Atoi(place); err != nil || !found || from < 1 || from > len(nodes) {
				return nil, fail("BAD_REQUEST", "Invalid cursor for current pagination sort.")
			}
		}
		to := min(len(nodes), from+first)
		c := connection{of: of, nodes: nodes[from:to], more: to < len(nodes)}
		for i := from; i < to; i++ {
			c.cursors = append(c.cursors, base64.StdEncoding.EncodeToString([]byte(of+":"+strconv.Itoa(i+1))))
		}
		return c, nil
	}}
}
