package giftshop

import (
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
)

// Kind is a kind of defect.
type Kind string

// Defect is a defect of one product and the checks that find it.
type Defect struct {
	Kind    Kind
	Product string                 // its key
	SKUs    []string               // SKUs that can't be listed on the channels that find it
	Found   map[channel.Kind]Found // on the other channels the product is fine
}

// Found is where a defect must be reported.
type Found struct {
	Stage listing.Stage
	Code  string // ours, or the channel's
}

// On reports whether a channel, or the check before it, reports the defect.
func (d Defect) On(k channel.Kind) bool {
	_, found := d.Found[k]
	return found
}

// kind describes a defect to add.
type kind struct {
	name  Kind
	plant func(p *catalogue.Product) (skus []string, ok bool) // not ok: it can't have this defect, and is left as it was
	found map[channel.Kind]Found
}

func checked(code string) Found  { return Found{listing.Validation, code} }
func answered(code string) Found { return Found{listing.Response, code} }

// everywhere returns a defect that every channel reports with the same code.
func everywhere(code string) map[channel.Kind]Found {
	all := make(map[channel.Kind]Found)
	for _, k := range channel.Kinds() {
		all[k] = checked(code)
	}
	return all
}

// plant adds each kind of defect to this number of products, spread over the whole range.
func (r *Range) plant(each int) error {
	taken := make(map[string]bool)
	for _, k := range kinds {
		n := 0
		for i := range r.Products {
			if n == each {
				break
			}
			p := &r.Products[(i*stride)%len(r.Products)]
			if taken[p.Key] {
				continue
			}
			if skus, ok := k.plant(p); ok {
				n, taken[p.Key] = n+1, true
				r.Defects = append(r.Defects, Defect{Kind: k.name, Product: p.Key, SKUs: skus, Found: k.found})
			}
		}
		if n < each {
			return fmt.Errorf("the book has goods for %d defects of the kind %s, want %d: take more products", n, k.name, each)
		}
	}
	return nil
}

// stride is a prime, so that steps of it reach every product of a range that is not a multiple of it.
const stride = 7919

// whole returns a defect of the product as a whole.
func whole(change func(p *catalogue.Product)) func(*catalogue.Product) ([]string, bool) {
	return func(p *catalogue.Product) ([]string, bool) {
		change(p)
		return skusOf(*p), true
	}
}

// Table returns the defects as lines of text: the defect, the product and where it is reported.
func (r Range) Table() [][]string {
	rows := [][]string{{"DEFECT", "PRODUCT", "SKUS", "AMAZON", "EBAY", "SHOPIFY"}}
	for _, d := range r.Defects {
		row := []string{string(d.Kind), d.Product, strings.Join(d.SKUs, " ")}
		for _, k := range []channel.Kind{channel.Amazon, channel.EBay, channel.Shopify} {
			word := "live"
			if f, found := d.Found[k]; found {
				word = string(f.Stage) + " " + f.Code
			}
			row = append(row, word)
		}
		rows = append(rows, row)
	}
	return rows
}
