package devserver

import "errors"

// UsageError is a mistake in a flag, a file or a folder that the caller gave: exit code 2.
type UsageError struct{ Err error }

func (e UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the error inside.
func (e UsageError) Unwrap() error { return e.Err }

// errViolated says that the audit found violations; the table has shown them.
var errViolated = errors.New("the audit found violations")
