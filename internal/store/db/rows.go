package db

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
)

// RowTable is a list as one parameter of a statement. In the text {{rows 1}} stands for parameter 1 as a table r, whose
// columns have the names and the types of a struct's fields:
//
//	type row struct {
//		SKU   string `db:"sku"`
//		Units int    `db:"units"`
//	}
//	t.Exec(ctx, `INSERT INTO shelf (sku, units) SELECT r.sku, r.units FROM {{rows 1}}`, RowsOf(list))
//
// {{columns 1}} are the names of its columns, {{values 1}} the same of r: INSERT INTO shelf ({{columns 1}}) SELECT
// {{values 1}} FROM {{rows 1}}.
type RowTable struct {
	columns []rowColumn
	text    string // JSON: one array per row, one cell per column
}

// rowColumn is a field of a row struct as a column: its name, its type in SQL, and where the field is.
type rowColumn struct {
	name, kind string
	index      []int
}

// RowsOf returns a list of structs as a parameter. Fields with a db tag are columns, including those of embedded structs. A list
// of texts or row ids becomes a table with the one column value.
func RowsOf[T any](items []T) *RowTable {
	columns := columnsOf(reflect.TypeFor[T]())
	all := make([][]any, len(items))
	for i := range items {
		row, v := make([]any, len(columns)), reflect.ValueOf(&items[i]).Elem()
		for j, c := range columns {
			row[j] = cell(v, c)
		}
		all[i] = row
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err) // cells are texts and finite numbers only: a mistake in this package
	}
	return &RowTable{columns: columns, text: string(text)}
}

// RowsBy is RowsOf with a function that converts each item to a row.
func RowsBy[T, R any](items []T, row func(T) R) *RowTable {
	rows := make([]R, len(items))
	for i, item := range items {
		rows[i] = row(item)
	}
	return RowsOf(rows)
}

// cell is a field as both databases can hold it.
func cell(row reflect.Value, c rowColumn) any {
	v := row
	if c.index != nil {
		v = row.FieldByIndex(c.index)
	}
	switch value := v.Interface().(type) {
	case time.Time:
		return Micro(value)
	case time.Duration:
		return value.Microseconds()
	}
	switch v.Kind() {
	case reflect.String:
		return Clean(v.String())
	case reflect.Bool:
		return Truth(v.Bool())
	default:
		return v.Interface()
	}
}

var rowTypes sync.Map // reflect.Type to []rowColumn

// columnsOf returns the columns of a row type.
func columnsOf(t reflect.Type) []rowColumn {
	if known, ok := rowTypes.Load(t); ok {
		return known.([]rowColumn)
	}
	var columns []rowColumn
	if t.Kind() != reflect.Struct {
		columns = []rowColumn{{name: "value", kind: sqlKind(t)}}
	} else {
		for _, f := range reflect.VisibleFields(t) {
			if name := f.Tag.Get("db"); name != "" {
				columns = append(columns, rowColumn{name: name, kind: sqlKind(f.Type), index: f.Index})
			}
		}
	}
	first, _ := rowTypes.LoadOrStore(t, columns)
	return first.([]rowColumn)
}

// sqlKind returns the SQL type for a Go type. Times and durations are in microseconds.
func sqlKind(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time](), t.Kind() == reflect.Bool, t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64:
		return "BIGINT"
	case t.Kind() == reflect.String:
		return "TEXT"
	case t.Kind() == reflect.Float64:
		return "DOUBLE PRECISION"
	}
	panic(fmt.Sprintf("a column can't hold a %s", t)) // a mistake in this package
}

// table is a parameter as a table r.
func (d dialect) table(t *RowTable, parameter int) string {
	cells := make([]string, len(t.columns))
	for i, c := range t.columns {
		cells[i] = fmt.Sprintf("x.value ->> %d AS %s", i, c.name)
		if c.kind != "TEXT" {
			cells[i] = fmt.Sprintf("CAST(x.value ->> %d AS %s) AS %s", i, c.kind, c.name)
		}
	}
	return fmt.Sprintf("("+d.rows+") AS r", fmt.Sprintf(d.elements, parameter), strings.Join(cells, ", "))
}

func (t *RowTable) names(of string) string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = of + c.name
	}
	return strings.Join(names, ", ")
}

// SelectsOf returns the columns of a row type for a SELECT that is read into FieldsOf.
func SelectsOf[T any](table string) string {
	return (&RowTable{columns: columnsOf(reflect.TypeFor[T]())}).names(table + ".")
}

// Among is SQL for the condition that facts, which are columns or expressions, are a row of a parameter. A rule decides in this way
// about all rows of a statement at once: the parameter has everything for which it holds.
func Among(facts string, parameter int) string {
	return fmt.Sprintf("(%s) IN (SELECT {{values %d}} FROM {{rows %d}})", facts, parameter, parameter)
}

// FieldsOf returns the destinations for the columns of SelectsOf.
func FieldsOf[T any](row *T) []any {
	v := reflect.ValueOf(row).Elem()
	columns := columnsOf(v.Type())
	out := make([]any, len(columns))
	for i, c := range columns {
		out[i] = v.FieldByIndex(c.index).Addr().Interface()
		switch out[i].(type) {
		case *time.Time, *time.Duration:
			out[i] = micros{out[i]}
		}
	}
	return out
}

// micros reads a column of microseconds into a *time.Time or a *time.Duration.
type micros struct{ into any }

// Scan implements sql.Scanner.
func (m micros) Scan(value any) error {
	us, ok := value.(int64)
	if !ok {
		return fmt.Errorf("%v is no number of microseconds", value)
	}
	switch into := m.into.(type) {
	case *time.Time:
		*into = At(us)
	case *time.Duration:
		*into = time.Duration(us) * time.Microsecond
	}
	return nil
}
