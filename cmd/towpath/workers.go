package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/starter"
)

func (p *Program) workersCommand() *cobra.Command {
	var deployment string
	c := &cobra.Command{
		Use:   "workers",
		Short: "Show which builds of the workers run and which one is current; promote a build",
		Long: "Shows the builds that workers report to the Temporal server (TOWPATH_DEPLOYMENT, TOWPATH_BUILD_ID), what work\n" +
			"each gets, and how many of its processes asked for work in the last two minutes:\n\n" +
			"  current   new workflows, and those that may continue under any build\n" +
			"  ramping   a part of these\n" +
			"  waiting   nothing: it was never current\n" +
			"  draining  only workflows that it started itself, of which some have not ended\n" +
			"  drained   no workflows left: its workers may be stopped\n\n" +
			"The server checks every few minutes whether a build is drained. Exits 3 when new work waits because no worker of\n" +
			"the current build is running.",
		Example: "  towpath workers\n  towpath workers -o json\n  towpath workers promote 1.5.0",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return p.reach(ctx, func(pf *platform.Platform) error {
				b, err := pf.Starter.Builds(ctx, deploymentOf(pf, deployment))
				if err != nil {
					return err
				}
				if err := p.printBuilds(b); err != nil {
					return err
				}
				return idle(ctx, pf)
			})
		},
	}
	c.PersistentFlags().StringVar(&deployment, "deployment", "", "name of the deployment (default: TOWPATH_DEPLOYMENT, or the one that the workers report)")
	c.AddCommand(p.promoteCommand(&deployment))
	return c
}

// deploymentOf returns the deployment of the flag or setting; empty: the one that the workers report.
func deploymentOf(pf *platform.Platform, flag string) string {
	if flag != "" {
		return flag
	}
	return pf.Settings.Deployment
}

// idle returns an error when new work waits for workers of the current build.
func idle(ctx context.Context, pf *platform.Platform) error {
	builds := pf.Starter.RunningBuilds(ctx)
	if sentence := incident.Sentence(incident.Triage(incident.Facts{Builds: builds})); sentence != "" {
		return &attention{sentence}
	}
	return nil
}

func (p *Program) promoteCommand(deployment *string) *cobra.Command {
	var unversioned bool
	c := &cobra.Command{
		Use:   "promote [BUILD]",
		Short: "Make a build current, so that it gets new work",
		Long: "Makes a build of the workers current: it gets new workflows, and those that may continue under any build.\n" +
			"Workflows pinned to another build end there, so keep its workers until it is drained. To roll back, promote the\n" +
			"previous build. Refused when no worker of the build is running.",
		Example: "  towpath workers promote 1.5.0\n  towpath workers promote --unversioned",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if unversioned == (len(args) == 1) {
				return usagef("name the build, or --unversioned for the workers that report none")
			}
			build := ""
			if len(args) == 1 {
				if build = args[0]; build == "" {
					return usagef("the build is empty: `towpath workers` lists them")
				}
			}
			ctx := cmd.Context()
			return p.reach(ctx, func(pf *platform.Platform) error {
				b, err := pf.Starter.Promote(ctx, deploymentOf(pf, *deployment), build)
				if err != nil {
					return err
				}
				return p.printBuilds(b)
			})
		},
	}
	c.Flags().BoolVar(&unversioned, "unversioned", false, "make the workers that report no build current, to leave deployments")
	return c
}

func (p *Program) printBuilds(b starter.Builds) error {
	return p.print(b, func(pg *page) {
		if b.Deployment == "" {
			pg.line("The workers report no build: all do all work. TOWPATH_DEPLOYMENT and TOWPATH_BUILD_ID change that.")
		} else {
			pg.line("Deployment %s.", b.Deployment)
		}
		rows := make([][]cell, len(b.Builds))
		for i, one := range b.Builds {
			rows[i] = buildRow(one, b)
		}
		pg.table([]string{"BUILD", "STATE", "WORKERS", "KNOWN SINCE"}, rows)
	})
}

func buildRow(b starter.Build, all starter.Builds) []cell {
	name, state, colour := b.ID, string(b.State), plain
	if name == "" {
		name = "(reports none)"
	}
	switch b.State {
	case starter.BuildCurrent:
		colour = green
		if !all.Since.IsZero() {
			state += " " + away(all.Since, time.Now())
		}
	case starter.BuildRamping:
		state += fmt.Sprintf(" %.0f%%", all.Percentage)
		colour = cyan
	case starter.BuildWaiting, starter.BuildDraining, starter.BuildDrained:
	}
	workers := number(b.Workers)
	if b.Workers == 0 && (b.State == starter.BuildCurrent || b.State == starter.BuildDraining) {
		workers.colour = red
	}
	return []cell{word(name), tinted(state, colour), workers, word(away(b.Created, time.Now()))}
}
