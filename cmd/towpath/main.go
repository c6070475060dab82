// Command towpath is the product: the worker, the console and all commands for operators.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/towpath/towpath/internal/config"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	terminal := term.IsTerminal(int(os.Stdout.Fd()))
	p := &Program{
		Name: os.Args[0],
		In:   os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Terminal: terminal, Height: height, Colours: terminal && os.Getenv("NO_COLOR") == "",
	}
	p.Load = func() (config.Settings, config.Origins, error) { return config.Load(".", p.data) }
	os.Exit(p.Run(ctx, os.Args[1:]))
}

// height returns how many lines the terminal has now; 0: it is not known.
func height() int {
	_, lines, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		return 0
	}
	return lines
}
