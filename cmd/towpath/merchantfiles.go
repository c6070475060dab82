package main

import (
	"context"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/table"
	"github.com/towpath/towpath/internal/wording"
)

// openFile opens and recognises a merchant's file. Whatever is wrong with it is wrong input.
func openFile(ctx context.Context, path string, o merchantfile.Options) (*merchantfile.File, error) {
	f, err := merchantfile.OpenPath(ctx, path, o)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, usagef("%s", err)
	}
	return f, nil
}

// fileLines say which format a file was read as, and which of its columns were read.
func (pg *page) fileLines(path string, format merchantfile.Format, encoding string, rows int, used, left []string) {
	pg.line("%s is %s: %s, %s.", path, format.Title, wording.Plural(rows, "row"), encoding)
	if len(used) > 0 {
		pg.names("Columns used      ", used)
	}
	if len(left) > 0 {
		pg.names("Columns left out  ", left)
	}
}

// lineWidth is how wide lists of names may grow: as wide as tables.
const lineWidth = table.Width

// names writes names behind a title, in lines of at most lineWidth.
func (pg *page) names(title string, names []string) {
	indent := strings.Repeat(" ", len(title))
	line, empty := title, true
	for i, name := range names {
		if name = clean(name); i < len(names)-1 {
			name += ","
		}
		if !empty && len(line)+1+len(name) > lineWidth {
			pg.line("%s", line)
			line, empty = indent, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+name, false
	}
	pg.line("%s", line)
}

// mistakes lists what is wrong with a file, one below the other, and counts those that are not listed.
func (pg *page) mistakes(title string, list []catalogue.Mistake, all int) {
	if all == 0 {
		return
	}
	pg.section(title)
	for _, m := range list {
		pg.line("  %s", m.Error())
	}
	if more := all - len(list); more > 0 {
		pg.line("  and %d more", more)
	}
}
