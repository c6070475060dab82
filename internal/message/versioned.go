package message

// Versioned is the part of every workflow's input that says how the workflow was written when it was started. It costs nothing: a history
// has its input in any case. workflows/version.go has the numbers and the rule.
type Versioned struct {
	Version int `json:"version,omitempty"` // 0 = from before there were versions
}

// StartedAs is the version of the workflow that was started.
func (v Versioned) StartedAs() int { return v.Version }

// RenewVersion makes it another one: a new history of a workflow begins with the version that its worker knows.
func (v *Versioned) RenewVersion(version int) { v.Version = version }
