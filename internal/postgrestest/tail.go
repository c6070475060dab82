package postgrestest

import (
	"bytes"
	"fmt"
	"sync"
)

// tail keeps the first 64 KB of a server's output while it starts, so that the cause of a failure can be found. It
// drops the rest.
type tail struct {
	sync.Mutex
	text bytes.Buffer
}

func (l *tail) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	if l.text.Len() < 64<<10 {
		l.text.Write(p)
	}
	return len(p), nil
}

// broken returns an error if the output contains words after which the server ends instead of becoming ready.
func (l *tail) broken() error {
	l.Lock()
	defer l.Unlock()
	switch {
	case bytes.Contains(l.text.Bytes(), []byte("could not create any TCP/IP sockets")):
		return errPortInUse
	case bytes.Contains(l.text.Bytes(), []byte("database system is shut down")),
		bytes.Contains(l.text.Bytes(), []byte("could not access the server configuration file")):
		return fmt.Errorf("the server ended: %s", l.text.String())
	default:
		return nil
	}
}
