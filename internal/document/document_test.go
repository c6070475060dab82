package document_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/document"
)

var form = document.Form{Bytes: 1 << 16, One: "want one list"}

// lamp is the type that the tests read.
type lamp struct {
	name   string
	colour string
	watts  int
	lit    bool
	rooms  []string
}

func readLamp(n *document.Node) (l lamp, err error) {
	var r document.Reader
	r.Object(n, "a lamp", map[string]func(document.Field){
		"name":   func(f document.Field) { l.name = r.Text(f) },
		"colour": func(f document.Field) { l.colour = r.Choice(f, "red", "white") },
		"watts":  func(f document.Field) { l.watts = r.Whole(f, 1) },
		"lit":    func(f document.Field) { l.lit = r.Yes(f) },
		"rooms": func(f document.Field) {
			for _, one := range r.Items(f, 1, 2, "of 1 or 2 rooms") {
				l.rooms = append(l.rooms, r.Text(document.Field{Name: "rooms", Value: one}))
			}
		},
	})
	return l, r.Err()
}

func TestTheSameIsReadFromYAMLAndJSON(t *testing.T) {
	t.Parallel()
	want := lamp{"desk", "red", 40, true, []string{"study", "7"}}
	n, err := document.YAML(strings.NewReader("name: desk\ncolour: red\nwatts: 40\nlit: yes\nrooms: [study, 7]\n"), form)
	require.NoError(t, err)
	got, err := readLamp(n)
	require.NoError(t, err)
	require.Equal(t, want, got)

	n, err = document.JSON(strings.NewReader("\xef\xbb\xbf"+`{"name": " desk", "colour": "red", "watts": 40, "lit": true, "rooms": ["study", "7"]}`), form)
	require.NoError(t, err)
	got, err = readLamp(n)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestEveryMistakeIsCollectedInTheOrderOfTheLines(t *testing.T) {
	t.Parallel()
	n, err := document.YAML(strings.NewReader("rooms: [a, b, c]\nwatts: 0\nlit: maybe\nname: &a desk\ncolour: blue\nprice: 3\nwatts: 5\n[x]: y\n"), form)
	require.NoError(t, err)
	_, err = readLamp(n)
	require.EqualError(t, err, `line 1: rooms: want a list of 1 or 2 rooms
line 2: watts: want a whole number, 1 or more
line 3: lit: want true or false
line 4: name: write the value itself; anchors and aliases are not allowed
line 5: colour: "blue" is not one of red, white
line 6: a lamp: no key "price"; there are colour, lit, name, rooms, watts
line 7: a lamp: watts is already in line 2
line 8: a lamp: no key ""; there are colour, lit, name, rooms, watts`)

	n, err = document.JSON(strings.NewReader("{\"name\": 7,\n\"watts\": \"40\",\n\"lit\": \"yes\",\n\"price\": 3,\n\"name\": \"a\"}"), form)
	require.NoError(t, err)
	_, err = readLamp(n)
	require.EqualError(t, err, `line 1: name: want a text in quotes
line 2: watts: want a whole number, 1 or more
line 3: lit: want true or false
line 4: a lamp has no field "price": there are colour, lit, name, rooms, watts
line 5: a lamp: name is already in line 1`)
}

func TestAFileFullOfMistakesIsReportedInPart(t *testing.T) {
	t.Parallel()
	var r document.Reader
	for range 1000 {
		r.Wrong(nil, "it is wrong")
	}
	require.Len(t, r.Mistakes(), 100)
}

func TestDocumentsThatAreNone(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 5000)
	for text, want := range map[string]string{
		"":                                  "it is empty: want one list",
		"# nothing\n":                       "it is empty: want one list",
		"a: 1\n---\nb: 2\n":                 "line 2: more than one document: want one list",
		"a:\n  - b\n c: [":                  "line 2: did not find expected",
		"\t":                                "found character that cannot start any token",
		"a: *b":                             "unknown anchor 'b' referenced",
		deep:                                "line 1: ",
		deep[:20] + strings.Repeat("]", 20): "line 1: it is nested too deeply",
		strings.Repeat("#", 1<<17):          "it is larger than 65536 bytes",
	} {
		_, err := document.YAML(strings.NewReader(text), form)
		require.ErrorContains(t, err, want, "%.40q", text)
		require.ErrorAs(t, err, new(document.Mistakes))
	}
	for text, want := range map[string]string{
		"":                "line 1: it ends before it is complete",
		"{\n\"a\": 1,\n":  "line 2: it ends before it is complete",
		"[1,\n2] [3]":     "line 2: there is more after the value: want one list",
		"[1,\n2 3]":       "line 2: invalid character",
		deep:              "line 1: it is nested too deeply",
		"{\"a\":\n\n'b'}": "line 3: invalid character",
	} {
		_, err := document.JSON(strings.NewReader(text), form)
		require.ErrorContains(t, err, want, "%.40q", text)
		require.ErrorAs(t, err, new(document.Mistakes))
	}
}

func TestAStreamGoesOnBehindAValueOfAnotherForm(t *testing.T) {
	t.Parallel()
	text := "[{\"n\": 1},\n{\"n\": \"x\"},\n{\"m\": 1},\n\n {\"n\": 4},\n{\"n\": ]"
	s := document.NewStream(strings.NewReader(text), int64(len(text)), 1<<20, "one value")
	_, err := s.Token()
	require.NoError(t, err)
	var read []int
	var wrong []string
	for s.More() {
		var one struct {
			N int `json:"n"`
		}
		line, err := s.Value(&one)
		var syntax *document.SyntaxError
		if errors.As(err, &syntax) {
			require.Equal(t, 6, syntax.Line)
			break
		}
		if err != nil {
			wrong = append(wrong, err.Error())
			continue
		}
		read = append(read, line, one.N)
	}
	require.Equal(t, []int{1, 1, 5, 4}, read)
	require.Equal(t, []string{"line 2: n: it is a JSON string; want a JSON int", "line 3: m: there is no such field"}, wrong)
}

// Every node's line is a line of the text, and nodes are nested no deeper than the limit. YAML takes a missing value
// from the next line.
func FuzzDocument(f *testing.F) {
	for _, seed := range []string{
		"a: 1\nb: [x, {c: d}]\n", `{"a": [1, "b", null, true], "c": {}}`, "a: &x [1]\nb: *x\n", "? [a]\n: b", "- - - a\n", "a: !!int b\n<<: {}\n",
		"\xef\xbb\xbf{}", "a: |\n  text\n  more\n", "---\n...\n", "\"\\u0000\"", "?", "a: 1e99\nb: 0x1f\n", "{\"a\":1}{", "\r\n- a\r- b\u2028- c",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := 2 + strings.Count(text, "\n") + strings.Count(text, "\r") + strings.Count(text, "\u0085") + strings.Count(text, "\u2028") + strings.Count(text, "\u2029")
		if n, err := document.YAML(strings.NewReader(text), form); err == nil {
			walk(t, n, lines, 0)
			_, _ = readLamp(n)
		}
		if n, err := document.JSON(strings.NewReader(text), form); err == nil {
			walk(t, n, lines, 0)
			_, _ = readLamp(n)
		}
	})
}

func walk(t *testing.T, n *document.Node, lines, depth int) {
	require.LessOrEqual(t, depth, 16)
	require.Positive(t, n.Line)
	require.LessOrEqual(t, n.Line, lines)
	for _, f := range n.Fields {
		require.LessOrEqual(t, f.Key.Line, lines)
		walk(t, f.Value, lines, depth+1)
	}
	for _, one := range n.Items {
		walk(t, one, lines, depth+1)
	}
}
