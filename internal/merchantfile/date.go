package merchantfile

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// stamp has the parts of a date's text, with time of day and zone.
type stamp struct {
	year, month, day int
	open             bool // month and day may be the other way round: 11/12/2026
	numeric          bool // day and month in numbers, the year last: it shows the order of its column
	monthFirst       bool // of a numeric one that is not open
	hour, minute     int
	second           int
	zone             *time.Location // nil: the text has none
}

var (
	yearFirst  = regexp.MustCompile(`^(\d{4})([-/.]?)(\d{1,2})([-/.]?)(\d{1,2})(?:[T ]+(.*))?$`)
	yearLast   = regexp.MustCompile(`^(\d{1,2})([-/.])(\d{1,2})([-/.])(\d{4}|\d{2})(?:,?[T ]+(.*))?$`)
	monthFirst = regexp.MustCompile(`^([A-Za-z]{3,9})[-. ]+(\d{1,2})(?:,|[-. ])+ ?(\d{4}|\d{2})(?:,?[T ]+(.*))?$`)
	dayFirst   = regexp.MustCompile(`^(\d{1,2})[-. ]+([A-Za-z]{3,9})[-., ]+(\d{4}|\d{2})(?:,?[T ]+(.*))?$`)
	clock      = regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)? ?([AaPp][Mm])? ?(.*)$`)
	offset     = regexp.MustCompile(`^([+-])(\d{2}):?(\d{2})$`)
	dayNumber  = regexp.MustCompile(`^[34]\d{4}(\.\d+)?$`) // 1982 to 2036, as spreadsheets count
)

// zones are the short names of zones in exports, in hours from UTC.
var zones = map[string]int{
	"Z": 0, "UTC": 0, "GMT": 0, "BST": 1, "IST": 1, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "JST": 9,
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AEST": 10, "AEDT": 11,
}

// splitDate splits a date; it returns false for anything else.
func splitDate(text string) (stamp, bool) {
	var s stamp
	rest := ""
	if m := yearFirst.FindStringSubmatch(text); len(m) > 0 && m[2] == m[4] && (m[2] != "" || len(m[3]+m[5]) == 4) {
		s.year, s.month, s.day, rest = digits(m[1]), digits(m[3]), digits(m[5]), m[6]
	} else if m := yearLast.FindStringSubmatch(text); len(m) > 0 && m[2] == m[4] {
		s.year, rest = year(m[5]), m[6]
		s.slashed(digits(m[1]), digits(m[3]), m[2] == ".")
	} else if m := monthFirst.FindStringSubmatch(text); m != nil {
		s.year, s.month, s.day, rest = year(m[3]), month(m[1]), digits(m[2]), m[4]
	} else if m := dayFirst.FindStringSubmatch(text); m != nil {
		s.year, s.month, s.day, rest = year(m[3]), month(m[2]), digits(m[1]), m[4]
	} else {
		return s, false
	}
	return s, s.real() && s.time(strings.TrimSpace(rest))
}

// slashed decides which of two numbers is the day, if it can. With points between them the day is first everywhere.
func (s *stamp) slashed(first, second int, points bool) {
	s.day, s.month = first, second
	s.numeric = !points && first != second
	if points {
		return
	}
	if second > 12 {
		s.day, s.month, s.monthFirst = second, first, true
	}
	s.open = first <= 12 && second <= 12 && first != second
}

// real reports whether the day exists, in a year in which merchants export files.
func (s *stamp) real() bool {
	if s.year < 1990 || s.year > 2100 {
		return false
	}
	t := time.Date(s.year, time.Month(s.month), s.day, 0, 0, 0, 0, time.UTC)
	return t.Month() == time.Month(s.month) && t.Day() == s.day
}

// time reads the time after a date.
func (s *stamp) time(text string) bool {
	if text == "" {
		return true
	}
	m := clock.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	s.hour, s.minute, s.second = digits(m[1]), digits(m[2]), digits("0"+m[3])
	if half := strings.ToUpper(m[4]); half != "" {
		if s.hour < 1 || s.hour > 12 {
			return false
		}
		s.hour %= 12
		if half == "PM" {
			s.hour += 12
		}
	}
	return s.hour < 24 && s.minute < 60 && s.second < 61 && s.place(m[5])
}

func (s *stamp) place(text string) bool {
	if text == "" {
		return true
	}
	if hours, ok := zones[strings.ToUpper(text)]; ok {
		s.zone = time.FixedZone(text, hours*3600)
		return true
	}
	m := offset.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	seconds := digits(m[2])*3600 + digits(m[3])*60
	if m[1] == "-" {
		seconds = -seconds
	}
	s.zone = time.FixedZone("", seconds)
	return true
}

func (s *stamp) at(zone *time.Location) time.Time {
	if s.zone != nil {
		zone = s.zone
	}
	return time.Date(s.year, time.Month(s.month), s.day, s.hour, s.minute, s.second, 0, zone).UTC()
}

// digits returns the number for digits matched by a pattern.
func digits(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

func year(text string) int {
	if len(text) == 2 {
		return 2000 + digits(text)
	}
	return digits(text)
}

// month returns a month by its English name or its first three letters; 0 = none.
func month(name string) int {
	for m := time.January; m <= time.December; m++ {
		full := m.String()
		if strings.EqualFold(name, full) || strings.EqualFold(name, full[:3]) || m == time.September && strings.EqualFold(name, "sept") {
			return int(m)
		}
	}
	return 0
}
