package db

import (
	"fmt"
	"strconv"
	"strings"
)

// Where collects the conditions of a list. Values travel as parameters, never in the text.
type Where struct {
	Conditions []string
	Args       []any
}

// Arg adds a parameter and answers its name.
func (w *Where) Arg(value any) string {
	w.Args = append(w.Args, value)
	return "$" + strconv.Itoa(len(w.Args))
}

// And adds a condition; each %s stands for the next value.
func (w *Where) And(condition string, values ...any) {
	names := make([]any, len(values))
	for i, v := range values {
		names[i] = w.Arg(v)
	}
	w.Conditions = append(w.Conditions, fmt.Sprintf(condition, names...))
}

// Text is the WHERE clause, empty when there are no conditions.
func (w *Where) Text() string {
	if len(w.Conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.Conditions, " AND ")
}

// LikeText makes what LIKE reads as a sign stand for itself, with ! as the escape.
var LikeText = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")
