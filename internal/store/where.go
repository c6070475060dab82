package store

import (
	"fmt"
	"strconv"
	"strings"
)

// where collects the conditions of a list. Values travel as parameters, never in the text.
type where struct {
	conditions []string
	args       []any
}

// arg adds a parameter and answers its name.
func (w *where) arg(value any) string {
	w.args = append(w.args, value)
	return "$" + strconv.Itoa(len(w.args))
}

// and adds a condition; each %s stands for the next value.
func (w *where) and(condition string, values ...any) {
	names := make([]any, len(values))
	for i, v := range values {
		names[i] = w.arg(v)
	}
	w.conditions = append(w.conditions, fmt.Sprintf(condition, names...))
}

func (w *where) text() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}
