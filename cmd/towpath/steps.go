package main

import (
	"fmt"
	"sync"
	"time"
)

// stepsEvery is the interval of progress output.
const stepsEvery = time.Second

// steps returns a function that prints progress to the error output: at the start, each second, and at the end.
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
