package main

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// hidden are characters with which a listing's title may mislead a reader: C1 controls (CSI), right-to-left override,
// zero width, a line's end, a filler, a tag, a variation selector.
const hidden = "\u009b\u202e\u200b\u2028\u3164\U000e0041\ufe0f\x7f\x1b\ue000"

func TestNothingUnseenGetsIntoATable(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a??????????b", clean("a"+hidden+"b"))
	require.Equal(t, "?[31mred", clean("\x1b[31mred"))
	require.Equal(t, "a?b", clean("a\xffb"))
	require.Equal(t, "Becher \u2013 gro\u00df, \u30de\u30b0\u30ab\u30c3\u30d7, e\u0301, \U0001f3fa", clean("Becher \u2013 gro\u00df, \u30de\u30b0\u30ab\u30c3\u30d7, e\u0301, \U0001f3fa"))
}

func TestJSONShowsTheUnseenAndKeepsTheValue(t *testing.T) {
	t.Parallel()
	p := &Program{output: "json"}
	text, err := p.render(map[string]string{"title": "a" + hidden + "b"}, nil)
	require.NoError(t, err)
	require.Contains(t, string(text), `a\u009b\u202e\u200b\u2028\u3164\udb40\udc41\ufe0f\u007f\u001b\ue000b`)
	var back map[string]string
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, "a"+hidden+"b", back["title"])

	text, err = p.render(json.RawMessage("{\"raw\": \"\x9b\"}"), nil)
	require.NoError(t, err)
	require.Equal(t, "{\n  \"raw\": \"\\ufffd\"\n}\n", string(text), "a lone byte steers some terminals, too")
}

func TestHarmlessJSONIsTheSameJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		plain, err := json.Marshal(value)
		require.NoError(t, err)
		text := harmless(plain)
		require.True(t, utf8.Valid(text))
		for _, r := range string(text) {
			require.False(t, unseen(r), "%q", text)
		}
		var was, is string
		require.NoError(t, json.Unmarshal(plain, &was))
		require.NoError(t, json.Unmarshal(text, &is))
		require.Equal(t, was, is)
	})
}
