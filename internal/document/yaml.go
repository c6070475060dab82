package document

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// YAML reads one YAML document. Anchors and aliases are not followed. Errors: Mistakes, or that of reading.
func YAML(in io.Reader, form Form) (*Node, error) {
	text, err := form.bounded(in)
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var doc, rest yaml.Node
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, Mistakes{{Text: "it is empty: " + form.One}}
	case err != nil:
		return nil, Mistakes{yamlMistake(err)}
	}
	switch err := decoder.Decode(&rest); {
	case err == nil:
		return nil, Mistakes{{Line: rest.Line, Text: "more than one document: " + form.One}}
	case !errors.Is(err, io.EOF):
		return nil, Mistakes{yamlMistake(err)}
	}
	return yamlNode(doc.Content[0], 0)
}

var yamlWords = regexp.MustCompile(`^line (\d+): (?s)(.*)$`)

// yamlMistake converts the decoder's error, whose text may begin with the line.
func yamlMistake(err error) Mistake {
	m := Mistake{Text: strings.TrimPrefix(err.Error(), "yaml: ")}
	if parts := yamlWords.FindStringSubmatch(m.Text); parts != nil {
		m.Line, _ = strconv.Atoi(parts[1])
		m.Text = parts[2]
	}
	return m
}

// yamlKinds are the kinds of scalars. Others, such as dates, are texts.
var yamlKinds = map[string]Kind{"!!int": Number, "!!float": Number, "!!bool": Bool, "!!null": Null}

func yamlNode(from *yaml.Node, depth int) (*Node, error) {
	n := &Node{Line: from.Line, Kind: String, anchored: from.Anchor != "", in: yamlSyntax}
	switch {
	case depth > maxDepth:
		return nil, Mistakes{{from.Line, errDepth.Error()}}
	case from.Kind == yaml.AliasNode:
		n.Kind = Alias
		return n, nil
	case from.Kind == yaml.ScalarNode:
		n.Text = from.Value
		if kind, ok := yamlKinds[from.ShortTag()]; ok {
			n.Kind = kind
		}
		return n, nil
	}
	parts := make([]*Node, len(from.Content))
	for i, part := range from.Content {
		var err error
		if parts[i], err = yamlNode(part, depth+1); err != nil {
			return nil, err
		}
	}
	if from.Kind == yaml.SequenceNode {
		n.Kind, n.Items = List, parts
		return n, nil
	}
	n.Kind = Object
	for i := 0; i+1 < len(parts); i += 2 {
		n.Fields = append(n.Fields, Field{Name: parts[i].Text, Key: parts[i], Value: parts[i+1]})
	}
	return n, nil
}
