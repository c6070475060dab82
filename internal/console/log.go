package console

import (
	"bytes"
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

// logPage is a page of the automation log, the oldest line first.
type logPage struct {
	List           *list[logRow]
	Earlier, Later string // addresses of the pages before and after; empty: there is none
	Text, CSV      string // addresses of the whole log as a file
}

// logRow is a line of the log.
type logRow struct {
	starter.LogLine
	Zone *time.Location
	Href string // of what says more
}

func (c *console) log(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	l := newList[logRow](in, "lines")
	f := readLogFilter(l, g)
	f.Mark, f.Limit = in.mark(), in.rows
	f.Upwards = in.given.Get("way") == "later"
	if in.err != nil {
		return view{}, in.err
	}
	found, err := c.starter.Log(ctx, f)
	if err != nil {
		return view{}, logProblem(err)
	}
	l.Rows = c.logRows(g, found.Lines, "")
	p := logPage{List: l, Text: logAddress(in, "text"), CSV: logAddress(in, "csv")}
	if found.Earlier != "" {
		p.Earlier = in.with("after", found.Earlier)
	}
	if found.Later != "" {
		p.Later = in.with("after", found.Later) + "&way=later"
	}
	return view{Title: "Log", Section: "Activity", Template: "log", Data: p}, nil
}

func readLogFilter(l *list[logRow], g *glance) runs.LogFilter {
	f := runs.LogFilter{
		Account: l.account(g), Kind: runs.RunKind(l.choose("kind", "Kind", words(runKinds), "all kinds")), RunID: l.search("run", "Run"),
	}
	f.Since, f.Until = l.days(g.zoneOf(f.Account), time.Now())
	f.Errors = l.tick("errors", "only what failed")
	return f
}

// logRows returns lines as rows. on is the run whose page it is: its lines need no link to it.
func (c *console) logRows(g *glance, lines []starter.LogLine, on string) []logRow {
	rows := make([]logRow, len(lines))
	for i, l := range lines {
		rows[i] = logRow{LogLine: l, Zone: time.UTC}
		if a := g.find(l.Account); a != nil {
			rows[i].Zone = a.Zone()
		}
		switch {
		case l.Wrong && l.ErrorID != "":
			rows[i].Href = "/errors/" + l.ErrorID
		case l.RunID != "" && l.RunID != on:
			rows[i].Href = "/runs/" + url.PathEscape(l.RunID)
		case l.Order != "":
			rows[i].Href = "/orders?" + url.Values{"account": {l.Account}, "reference": {l.Order}}.Encode()
		}
	}
	return rows
}

// logProblem turns a filter that names nothing into bad input.
func logProblem(err error) error {
	if usage := (*starter.UsageError)(nil); errors.As(err, &usage) {
		p := badInput("The log", usage.Problem)
		p.Back, p.Afresh = "/log", true
		return p
	}
	return err
}

// logAddress returns the address of the whole log with the page's filters as a file.
func logAddress(in *inputs, form string) string {
	q := url.Values{"form": {form}}
	for k, v := range in.filter {
		q[k] = v
	}
	return "/log/download?" + q.Encode()
}

// logFileTimeout limits the writing of a log as a file.
const logFileTimeout = time.Minute

// logFile sends the whole log of the filters as a file, as `towpath log --out` writes it.
func (c *console) logFile(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), logFileTimeout)
	defer cancel()
	if err := c.writeLog(ctx, w, r); err != nil {
		c.fail(w, r, err)
	}
}

// writeLog writes the log to the answer. What fails after its beginning cuts the file off, so that nobody takes it for whole.
func (c *console) writeLog(ctx context.Context, w http.ResponseWriter, r *http.Request) error {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return err
	}
	f := readLogFilter(newList[logRow](in, "lines"), g)
	form := starter.LogForm(in.choice("form", []string{string(starter.LogText), string(starter.LogCSV)}))
	if in.err != nil {
		return in.err
	}
	zones, err := c.starter.Zones(ctx)
	if err != nil {
		return err
	}
	body := &begun{w: w}
	name, kind := "log.txt", "text/plain; charset=utf-8"
	if form == starter.LogCSV {
		name, kind = "log.csv", "text/csv; charset=utf-8"
	}
	body.begin = func() {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": strings.TrimPrefix(f.Account+"-"+name, "-")}))
	}
	if _, err = c.starter.WriteLog(ctx, f, body, form, zones); err == nil {
		return body.flush()
	}
	if !body.sent {
		return logProblem(err)
	}
	c.logger.Error("The log could not be written to its end.", zap.Error(err))
	panic(http.ErrAbortHandler)
}

// begun keeps back what is written until it is much, so that an early failure is still answered with a page.
type begun struct {
	w     http.ResponseWriter
	begin func()
	kept  bytes.Buffer
	sent  bool
}

// keptBack is how many bytes are kept back.
const keptBack = 64 << 10

func (b *begun) Write(p []byte) (int, error) {
	n, _ := b.kept.Write(p)
	if b.kept.Len() < keptBack {
		return n, nil
	}
	return n, b.flush()
}

func (b *begun) flush() error {
	if !b.sent {
		b.begin()
		b.sent = true
	}
	_, err := b.kept.WriteTo(b.w)
	return err
}
