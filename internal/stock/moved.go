package stock

// Moved is a sum of movements in the ledger that are alike.
type Moved struct {
	Kind             Kind
	ByOrder          bool // an order caused them
	Named, Dated     bool // with who entered them, and as of which moment
	OnHand, Reserved int
}

// signed reports whether a person or a file entered the movements, and no simulated warehouse.
func (m Moved) signed() bool { return m.Named || m.Dated }

// Sums are the ledger's sums for a place.
type Sums struct {
	OnHand, Reserved int
	Entered          int // of OnHand: what people and files have entered, returns among it, not what orders took
	Counted          int // of Entered: what was signed
}

// Add adds movements to the sums.
func (s *Sums) Add(m Moved) {
	s.OnHand += m.OnHand
	s.Reserved += m.Reserved
	if !m.ByOrder || m.Kind == Return {
		s.Entered += m.OnHand
	}
	if m.signed() && (!m.ByOrder || m.Kind == Return) {
		s.Counted += m.OnHand
	}
}
