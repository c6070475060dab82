package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/table"
)

// printIdle prints what idle accounts cost, the kinds of Actions with most accounts, and what grows how.
func printIdle(out io.Writer, all []idleFigures) error {
	rows := [][]table.Cell{idleRow("BUILD", "ACCOUNTS", "START S", "ACTIONS/H", "EACH", "WRITES/H", "EACH", "CPU MS/MIN", "EACH", "MB", "EACH")}
	for _, f := range all {
		n := float64(f.accounts)
		actions, action, writes, write := "-", "-", "-", "-"
		if f.counted {
			actions, action = fmt.Sprintf("%.0f", f.actions), fmt.Sprintf("%.0f", f.actions/n)
			writes, write = fmt.Sprintf("%.0f", f.write), fmt.Sprintf("%.0f", f.write/n)
		}
		rows = append(rows, idleRow(f.build, fmt.Sprint(f.accounts), fmt.Sprintf("%.1f", f.start.Seconds()), actions, action, writes, write,
			fmt.Sprintf("%.0f", f.cpu), fmt.Sprintf("%.1f", f.cpu/n), fmt.Sprintf("%.0f", f.memory), fmt.Sprintf("%.1f", f.memory/n)))
	}
	fmt.Fprint(out, "Idle accounts, at the speed of real marketplaces\n\n")
	if err := table.Write(out, rows); err != nil {
		return err
	}
	printGrowth(out, all)
	return printIdleKinds(out, all)
}

func idleRow(build string, figures ...string) []table.Cell {
	row := []table.Cell{table.Word(build)}
	for _, f := range figures {
		row = append(row, table.Number(f))
	}
	return row
}

// printGrowth says what each further account takes, and how this build compares with another one.
func printGrowth(out io.Writer, all []idleFigures) {
	this := slices.DeleteFunc(slices.Clone(all), func(f idleFigures) bool { return !f.counted })
	fmt.Fprintln(out)
	if len(this) > 1 {
		first, last := this[0], this[len(this)-1]
		more := float64(last.accounts - first.accounts)
		if more != 0 {
			fmt.Fprintf(out, "From %d to %d accounts each further one takes %.0f Actions and %.0f writes an hour, %.1f CPU ms a minute and %.2f MB.\n",
				first.accounts, last.accounts, (last.actions-first.actions)/more, (last.write-first.write)/more, (last.cpu-first.cpu)/more, (last.memory-first.memory)/more)
		}
	}
	for i := 1; i < len(all); i++ {
		if before, after := all[i-1], all[i]; before.accounts == after.accounts && before.cpu > 0 {
			fmt.Fprintf(out, "With %d accounts this build takes %.2f of the CPU time of %s and %.2f of its memory.\n",
				after.accounts, after.cpu/before.cpu, before.build, after.memory/before.memory)
		}
	}
}

// printIdleKinds prints the kinds of Actions of the run with the most accounts.
func printIdleKinds(out io.Writer, all []idleFigures) error {
	last := idleFigures{}
	for _, f := range all {
		if f.counted {
			last = f
		}
	}
	if !last.counted {
		return nil
	}
	rows := [][]table.Cell{idleRow(fmt.Sprintf("ACTIONS OF %d ACCOUNTS", last.accounts), "AN HOUR", "EACH")}
	for _, kind := range slices.Sorted(maps.Keys(last.perHour)) {
		if strings.Contains(kind, "_") {
			rows = append(rows, idleRow(kind, fmt.Sprintf("%.0f", last.perHour[kind]), fmt.Sprintf("%.1f", last.perHour[kind]/float64(last.accounts))))
		}
	}
	fmt.Fprintln(out)
	return table.Write(out, rows)
}

// idleScans is how many scans of each account are averaged.
const idleScans = 10

// idleScan prints what one scan costs that finds nothing, apart from the schedule that starts it.
func idleScan(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-idle-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := openShop(ctx, dir, unbound())
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.warmUp(ctx); err != nil {
		return err
	}
	rows := [][]table.Cell{idleRow("A SCAN THAT FINDS NOTHING", "ACTIONS", "WRITES", "CALLS", "STORE STATEMENTS")}
	operations := make(map[string]int64)
	for _, a := range s.accounts {
		row, err := s.scanIdle(ctx, a, operations)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	fmt.Fprintln(out)
	if err := table.Write(out, rows); err != nil {
		return err
	}
	fmt.Fprint(out, "\nWrites of Temporal in such a scan:")
	for _, op := range slices.Sorted(maps.Keys(operations)) {
		fmt.Fprintf(out, " %s %.1f", op, float64(operations[op])/float64(idleScans*len(s.accounts)))
	}
	_, err = fmt.Fprintln(out, ".")
	return err
}

// scanIdle scans an account some times and returns the row of its averages. It adds the writes of Temporal by operation.
func (s *shop) scanIdle(ctx context.Context, a message.Account, operations map[string]int64) ([]table.Cell, error) {
	if err := s.temporal.idle(ctx); err != nil {
		return nil, err
	}
	before, err := s.temporal.used()
	if err != nil {
		return nil, err
	}
	calls, statements := len(s.callLogs[a.ID].of("/")), s.store.Statements()
	for range idleScans {
		if err := s.scanOne(ctx, a); err != nil {
			return nil, err
		}
	}
	sent := s.store.Statements() - statements
	if err := s.temporal.idle(ctx); err != nil {
		return nil, err
	}
	used, err := s.temporal.usedSince(before)
	if err != nil {
		return nil, err
	}
	for op, n := range used.WritesByOperation {
		operations[op] += n
	}
	average := func(n int64) string { return fmt.Sprintf("%.1f", float64(n)/idleScans) }
	return idleRow(a.ID, average(used.Actions), average(used.Writes), average(int64(len(s.callLogs[a.ID].of("/"))-calls)), average(sent)), nil
}
