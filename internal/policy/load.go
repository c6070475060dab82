package policy

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/towpath/towpath/internal/channel"
)

//go:embed policies.yaml
var builtIn []byte

// Set holds the policies by kind of work.
type Set struct {
	Orders    Policy
	Stock     Policy
	Shipments Policy
	Listings  Policy
}

// Scaled is the set with every wait divided by speed.
func (s Set) Scaled(speed float64) Set {
	return Set{
		Orders: s.Orders.Scaled(speed), Stock: s.Stock.Scaled(speed), Shipments: s.Shipments.Scaled(speed), Listings: s.Listings.Scaled(speed),
	}
}

// BuiltIn is the set that ships with the program.
func BuiltIn() (Set, error) { return Parse(builtIn) }

type entry struct {
	Attempts int             `yaml:"attempts"`
	Wait     string          `yaml:"wait"`
	Ceiling  string          `yaml:"ceiling"`
	Retry    []channel.Class `yaml:"retry"`
}

// Parse reads policies.yaml. Unknown keys, kinds and classes are errors that say what would be right.
func Parse(text []byte) (Set, error) {
	var file struct {
		Orders    *entry `yaml:"orders"`
		Stock     *entry `yaml:"stock"`
		Shipments *entry `yaml:"shipments"`
		Listings  *entry `yaml:"listings"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		return Set{}, fmt.Errorf("read policies: %w", err)
	}
	var set Set
	for _, p := range []struct {
		name string
		from *entry
		to   *Policy
	}{
		{"orders", file.Orders, &set.Orders}, {"stock", file.Stock, &set.Stock},
		{"shipments", file.Shipments, &set.Shipments}, {"listings", file.Listings, &set.Listings},
	} {
		if p.from == nil {
			return Set{}, fmt.Errorf("read policies: no policy for %q", p.name)
		}
		if err := p.from.fill(p.to); err != nil {
			return Set{}, fmt.Errorf("read policies: %s: %w", p.name, err)
		}
	}
	return set, nil
}

func (e *entry) fill(p *Policy) error {
	growth, base, ok := strings.Cut(e.Wait, " ")
	p.Growth = Growth(growth)
	switch p.Growth {
	case Constant, Linear, Exponential:
	default:
		ok = false
	}
	if !ok {
		return fmt.Errorf("wait %q: want constant, linear or exponential and a duration, e.g. \"linear 1.5s\"", e.Wait)
	}
	var err error
	if p.Base, err = time.ParseDuration(base); err != nil || p.Base <= 0 {
		return fmt.Errorf("wait %q: %q is not a duration above 0, e.g. 1.5s", e.Wait, base)
	}
	if p.Ceiling, err = time.ParseDuration(e.Ceiling); err != nil || p.Ceiling < p.Base {
		return fmt.Errorf("ceiling %q: want a duration of %s or more", e.Ceiling, p.Base)
	}
	if e.Attempts < 1 {
		return fmt.Errorf("attempts %d: want 1 or more", e.Attempts)
	}
	for _, c := range e.Retry {
		if !c.Known() {
			return fmt.Errorf("retry: no class %q; there are %v", c, channel.Classes())
		}
	}
	p.Attempts, p.Retry = e.Attempts, e.Retry
	return nil
}
