package main

import (
	"fmt"
	"sync"
	"time"
)

// stepsEvery is how often long work says how far it is.
const stepsEvery = time.Second

// steps shows on the error output how far long work is: at once, then each second, and at the end.
func (p *Program) steps(what string) func(done, total int) {
	var mu sync.Mutex
	var last time.Time
	return func(done, total int) {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); done == total || now.Sub(last) >= stepsEvery {
			last = now
			fmt.Fprintf(p.Err, "%d of %d %s\n", done, total, what)
		}
	}
}
