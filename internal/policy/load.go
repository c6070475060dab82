package policy

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
)

//go:embed policies.yaml
var builtIn []byte

// Set has the policies by kind of work.
type Set struct {
	Orders    Policy
	Stock     Policy
	Shipments Policy
	Listings  Policy
}

// Scaled returns the set with every wait divided by speed.
func (s Set) Scaled(speed float64) Set {
	return Set{
		Orders: s.Orders.Scaled(speed), Stock: s.Stock.Scaled(speed), Shipments: s.Shipments.Scaled(speed), Listings: s.Listings.Scaled(speed),
	}
}

// BuiltIn returns the set that ships with the program.
func BuiltIn() (Set, error) { return Parse(builtIn) }

// Parse reads policies.yaml. The error has every mistake, as document.Mistakes.
func Parse(text []byte) (Set, error) {
	root, err := document.YAML(bytes.NewReader(text), document.Form{Bytes: 1 << 20, One: "want orders, stock, shipments and listings in one"})
	if err != nil {
		return Set{}, fmt.Errorf("read policies: %w", err)
	}
	var set Set
	into := map[string]*Policy{"orders": &set.Orders, "stock": &set.Stock, "shipments": &set.Shipments, "listings": &set.Listings}
	var r reader
	for _, f := range r.Fields(root, "the file", document.Keys(into)) {
		r.policy(f, into[f.Name])
		delete(into, f.Name)
	}
	for _, name := range document.Keys(into) {
		r.Wrong(nil, "no policy for %q", name)
	}
	if err := r.Err(); err != nil {
		return Set{}, fmt.Errorf("read policies: %w", err)
	}
	return set, nil
}

type reader struct{ document.Reader }

func (r *reader) policy(of document.Field, p *Policy) {
	var wait, ceiling, longest document.Field
	r.Object(of.Value, of.Name, map[string]func(document.Field){
		"attempts": func(f document.Field) { p.Attempts = r.Whole(f.In(of.Name), 1) },
		"wait":     func(f document.Field) { wait = f.In(of.Name) },
		"ceiling":  func(f document.Field) { ceiling = f.In(of.Name) },
		"longest":  func(f document.Field) { longest = f.In(of.Name) },
		"retry":    func(f document.Field) { p.Retry = r.classes(f.In(of.Name)) },
	})
	if p.Attempts == 0 || wait.Value == nil || ceiling.Value == nil {
		r.Wrong(of.Value, "%s: want attempts, wait and ceiling", of.Name)
		return
	}
	r.wait(wait, p)
	var err error
	if p.Ceiling, err = time.ParseDuration(r.Text(ceiling)); err != nil || p.Ceiling < p.Base {
		r.Wrong(ceiling.Value, "%s: want a duration of %s or more", ceiling.Name, p.Base)
	}
	if longest.Value == nil {
		return
	}
	if p.Longest, err = time.ParseDuration(r.Text(longest)); err != nil || p.Longest < p.Ceiling {
		r.Wrong(longest.Value, "%s: want a duration of %s or more, which is the ceiling", longest.Name, p.Ceiling)
	}
}

func (r *reader) wait(f document.Field, p *Policy) {
	text := r.Text(f)
	growth, base, _ := strings.Cut(text, " ")
	p.Growth = Growth(growth)
	switch p.Growth {
	case Constant, Linear, Exponential:
	default:
		r.Wrong(f.Value, "%s: %q: want constant, linear or exponential and a duration, e.g. \"linear 1.5s\"", f.Name, document.Clip(text))
		return
	}
	var err error
	if p.Base, err = time.ParseDuration(base); err != nil || p.Base <= 0 {
		r.Wrong(f.Value, "%s: %q: want a duration above 0, e.g. 1.5s", f.Name, document.Clip(base))
	}
}

func (r *reader) classes(f document.Field) (list []channel.Class) {
	for _, n := range r.Items(f, 0, 0, "of classes") {
		c := channel.Class(r.Text(document.Field{Name: f.Name, Value: n}))
		if !c.Known() {
			r.Wrong(n, "%s: no class %q; there are %v", f.Name, document.Clip(string(c)), channel.Classes())
		}
		list = append(list, c)
	}
	return list
}
