package incident

import "fmt"

// Trend is how many things an incident came to affect of late.
type Trend struct {
	LastHour   int `json:"lastHour"`
	HourBefore int `json:"hourBefore"`
}

// Words returns the numbers and what they mean.
func (t Trend) Words() string {
	verdict := "steady"
	switch {
	case t.LastHour == 0 && t.HourBefore == 0:
		return "none in the last two hours: not growing"
	case t.LastHour > t.HourBefore:
		verdict = "growing"
	case t.LastHour < t.HourBefore:
		verdict = "slowing down"
	}
	return fmt.Sprintf("%d in the last hour, %d in the hour before: %s", t.LastHour, t.HourBefore, verdict)
}
