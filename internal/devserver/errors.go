package devserver

import "errors"

// UsageError is a mistake of the caller's, in a flag, a file or a folder that was named: exit code 2.
type UsageError struct{ Err error }

func (e UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the error inside.
func (e UsageError) Unwrap() error { return e.Err }

// errViolated says that the audit found something; the table has said what.
var errViolated = errors.New("the audit found violations")
