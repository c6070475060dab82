// Command screenshots takes the pictures of the console that the README shows. It plays the demonstration (towpath-dev) until there are orders, takes one
// account's access away, so that there is an incident, and opens the pages in a real browser.
//
//	go run ./integration/screenshots                            # the pictures of the README, in docs/pictures
//	go run ./integration/screenshots -all .towpath/pictures     # the same, and every page in light, dark and as wide as a phone, in full length
//	go run ./integration/screenshots -console http://127.0.0.1:8480   # of a console that runs already
//
// Look at what it has written before you keep it. The goods, the orders and their buyers are made up; no picture shows a buyer all the same.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
)

// options are the flags.
type options struct {
	out     string
	all     string
	console string
	shipped int
}

func main() {
	var o options
	flag.StringVar(&o.out, "out", filepath.Join("docs", "pictures"), "folder of the README's pictures")
	flag.StringVar(&o.all, "all", "", "folder for every page in light, dark and as wide as a phone, in full length; empty: they are not taken")
	flag.StringVar(&o.console, "console", "", "address of a console that runs already; empty: play the demonstration (minutes)")
	flag.IntVar(&o.shipped, "shipped", 60, "how many orders the demonstration ships before the pictures are taken")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := take(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

// take brings a console up if there is none, and writes the pictures of it.
func take(ctx context.Context, o options, out io.Writer) error {
	address := o.console
	if address == "" {
		d, err := play(ctx, o.shipped, out)
		if err != nil {
			return err
		}
		defer d.stop()
		address = d.console
	}
	tab, err := open(ctx)
	if err != nil {
		return err
	}
	defer tab.close()
	if err := tab.pictures(address, o.out, false, out); err != nil || o.all == "" {
		return err
	}
	return tab.pictures(address, o.all, true, out)
}

// pictures writes those of the README to a folder, or those of all pages.
func (b *browser) pictures(console, folder string, all bool, out io.Writer) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make the folder of the pictures: %w", err)
	}
	for _, p := range pages {
		for _, l := range p.looks(all) {
			name := filepath.Join(folder, p.name+l.suffix+".png")
			size, err := b.picture(console, p, l, name)
			if err != nil {
				return fmt.Errorf("take the picture %s: %w", name, err)
			}
			fmt.Fprintf(out, "%s  %d kB\n", name, size/1000)
		}
	}
	return nil
}
