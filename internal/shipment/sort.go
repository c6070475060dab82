package shipment

import (
	"fmt"
	"slices"
	"strings"
)

// Sort says which of the packages that the warehouse tells of an order are new, and which were refused before and are told
// anew: nothing of these has counted, and what is said now takes their place. What was saved before with the same contents
// is left out; with others it is an error, and so is a line that the order does not have, and a package that a channel
// could not tell from another one.
func Sort(told []Package, saved []*Known, lineIDs []string) (fresh, anew []Package, err error) {
	for _, p := range told {
		if err := p.knownLines(lineIDs); err != nil {
			return nil, nil, err
		}
		same := func(q Package) bool { return q.ID == p.ID }
		i := slices.IndexFunc(saved, func(q *Known) bool { return same(q.Package) })
		j := slices.IndexFunc(fresh, same)
		switch {
		case i >= 0 && saved[i].State == Refused && !p.Same(saved[i].Package):
			anew = append(anew, p)
		case i >= 0 && !p.Same(saved[i].Package), j >= 0 && !p.Same(fresh[j]):
			return nil, nil, fmt.Errorf("package %q was saved before with other contents: give the new one another id", p.ID)
		case i < 0 && j < 0:
			if q, found := p.twin(saved, fresh); found {
				return nil, nil, fmt.Errorf("package %q has the tracking number and the contents of package %q: a channel could not tell them apart; give it its own number, or leave it out if it is the same package", p.ID, q)
			}
			fresh = append(fresh, p)
		}
	}
	return fresh, anew, nil
}

// twin finds a package under way that a channel could not tell from this one.
func (p Package) twin(saved []*Known, fresh []Package) (id string, found bool) {
	for _, q := range saved {
		if !q.State.Waiting() && q.State != Voided && p.Alike(q.Package) {
			return q.ID, true
		}
	}
	for _, q := range fresh {
		if p.Alike(q) {
			return q.ID, true
		}
	}
	return "", false
}

func (p Package) knownLines(lineIDs []string) error {
	for _, c := range p.Contents {
		if !slices.Contains(lineIDs, c.LineID) {
			return fmt.Errorf("package %q: the order has no line %q; it has %s", p.ID, c.LineID, strings.Join(lineIDs, ", "))
		}
	}
	return nil
}
