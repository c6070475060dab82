package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/table"
	"github.com/towpath/towpath/internal/temporalserver"
)

// print prints each stage, and what the stages of the orders come to together, with the kinds of Actions and of writes.
func (m *meter) print(out io.Writer, n int) {
	t := table.NewWriter(out, true)
	fmt.Fprintf(t, "COST OF %d ORDERS WITH ONE PACKAGE\tN\tACTIONS\tEACH\tWRITES\tEACH\tCPU MS EACH\t\n", n)
	for _, s := range m.stages {
		fmt.Fprintf(t, "%s\t%d %ss\t%d\t%.2f\t%d\t%.2f\t%.1f\t\n", s.name, s.n, s.per, s.used.Actions, each(s.used.Actions, s.n),
			s.used.Writes, each(s.used.Writes, s.n), milliseconds(s.used.CPU, s.n))
		if s.order {
			printKinds(t, s.used.WritesByOperation, s.n, "%s\t\t\t\t%d\t%.2f\t\t\n")
		}
	}
	all := m.ofOrders()
	fmt.Fprintf(t, "\t\t\t\t\t\t\t\nper order, scans and pushes apart\t%d orders\t%d\t%.2f\t%d\t%.2f\t%.1f\t\n", n, all.Actions, each(all.Actions, n),
		all.Writes, each(all.Writes, n), milliseconds(all.CPU, n))
	printKinds(t, all.ActionsByType, n, "%s\t\t%d\t%.2f\t\t\t\t\n")
	printKinds(t, all.WritesByOperation, n, "%s\t\t\t\t%d\t%.2f\t\t\n")
	_ = t.Flush()
}

func printKinds(out io.Writer, kinds map[string]int64, n int, format string) {
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(out, format, kind, kinds[kind], each(kinds[kind], n))
	}
}

// ofOrders returns what the orders used, without the scans and pushes that they share.
func (m *meter) ofOrders() use {
	var sum use
	for _, s := range m.stages {
		if s.order {
			sum = sum.plus(s.used)
		}
	}
	return sum
}

// ofAll returns what all stages used.
func (m *meter) ofAll() use {
	var sum use
	for _, s := range m.stages {
		sum = sum.plus(s.used)
	}
	return sum
}

func each(count int64, n int) float64 { return float64(count) / float64(max(n, 1)) }

func milliseconds(d time.Duration, n int) float64 { return d.Seconds() * 1000 / float64(max(n, 1)) }

// less returns what was used since before.
func (u use) less(before use) use {
	return use{CPU: u.CPU - before.CPU, Counts: temporalserver.Counts{
		Actions: u.Actions - before.Actions, ActionsByType: added(u.ActionsByType, before.ActionsByType, -1),
		Writes: u.Writes - before.Writes, WritesByOperation: added(u.WritesByOperation, before.WritesByOperation, -1),
		FailedTasks: u.FailedTasks - before.FailedTasks,
	}}
}

// plus returns what was used at both times.
func (u use) plus(other use) use {
	return use{CPU: u.CPU + other.CPU, Counts: temporalserver.Counts{
		Actions: u.Actions + other.Actions, ActionsByType: added(u.ActionsByType, other.ActionsByType, 1),
		Writes: u.Writes + other.Writes, WritesByOperation: added(u.WritesByOperation, other.WritesByOperation, 1),
		FailedTasks: u.FailedTasks + other.FailedTasks,
	}}
}

// added returns a plus b, or minus b, without those that come to nothing.
func added(a, b map[string]int64, sign int64) map[string]int64 {
	sum := make(map[string]int64, len(a))
	maps.Copy(sum, a)
	for kind, n := range b {
		sum[kind] += sign * n
	}
	maps.DeleteFunc(sum, func(_ string, n int64) bool { return n == 0 })
	return sum
}
