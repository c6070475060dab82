package listing

// Words names the check that an error came from, as screens show it (seed 004): "error validation", or with the name of the
// channel "error Amazon response".
func (s Stage) Words(channel string) string {
	if s == Response {
		return "error " + channel + " response"
	}
	return "error validation"
}
