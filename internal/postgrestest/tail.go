package postgrestest

import (
	"bytes"
	"fmt"
	"sync"
)

// tail keeps what a server says while it starts, so that a failure can be told apart. It keeps 64 KB and drops the rest.
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

// broken tells of the words after which the server ends instead of becoming ready.
func (l *tail) broken() error {
	l.Lock()
	defer l.Unlock()
	switch {
	case bytes.Contains(l.text.Bytes(), []byte("could not create any TCP/IP sockets")):
		return errPortTaken
	case bytes.Contains(l.text.Bytes(), []byte("database system is shut down")),
		bytes.Contains(l.text.Bytes(), []byte("could not access the server configuration file")):
		return fmt.Errorf("the server ended: %s", l.text.String())
	default:
		return nil
	}
}
