package amazon

import (
	"encoding/base64"
	"encoding/json"

	"github.com/towpath/towpath/internal/simulator/faults"
)

// turn returns the token of the next page. A handler fault returns the token that was just used, or another token for
// this same page.
func (s *server) turn(operation, used string, next, this any) string {
	switch {
	case used != "" && s.options.Injector.Strikes(faults.RepeatedCursor, operation):
		return used
	case s.options.Injector.Strikes(faults.DuplicatePage, operation):
		next = this
	}
	body, _ := json.Marshal(next)
	token := base64.StdEncoding.EncodeToString(body)
	if token == used {
		token += "\n" // decodes to the same
	}
	return token
}

// readToken reads a token written by turn.
func readToken(token string, into any) bool {
	body, err := base64.StdEncoding.DecodeString(token)
	return err == nil && json.Unmarshal(body, into) == nil
}
