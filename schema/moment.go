package schema

import "cmp"

// moment is a point of the time line: xs:date, xs:dateTime, xs:time or
// xs:gYear, the parts that a type does not have filled in alike.
type moment struct {
	seconds  int64 // since 1970, in UTC or in no particular zone
	fraction string
	zoned    bool
}

// maxYear keeps seconds in 64 bits with room to spare.
const maxYear = 9 // digits

// parseMoment reads the lexical form of XSD 1.0 part 2 §3.2.7 to §3.2.11.
func parseMoment(k kind, s []byte) (m moment, ok bool) {
	year, month, day, hour, minute, second := 1972, 12, 31, 0, 0, 0
	if k != timeKind {
		if year, s, ok = parseYear(s); !ok {
			return m, false
		}
		month, day = 1, 1
	}
	if k == dateKind || k == dateTimeKind {
		if len(s) < 6 || s[0] != '-' || s[3] != '-' {
			return m, false
		}
		month, day = twoDigits(s[1:]), twoDigits(s[4:])
		if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
			return m, false
		}
		s = s[6:]
	}
	if k == dateTimeKind {
		if len(s) == 0 || s[0] != 'T' {
			return m, false
		}
		s = s[1:]
	}
	if k == dateTimeKind || k == timeKind {
		if len(s) < 8 || s[2] != ':' || s[5] != ':' {
			return m, false
		}
		hour, minute, second = twoDigits(s), twoDigits(s[3:]), twoDigits(s[6:])
		s = s[8:]
		if len(s) > 0 && s[0] == '.' {
			n := 1
			for n < len(s) && s[n] >= '0' && s[n] <= '9' {
				n++
			}
			if n == 1 {
				return m, false
			}
			end := n
			for s[end-1] == '0' {
				end--
			}
			if end > 1 {
				m.fraction = view(s[1:end])
			}
			s = s[n:]
		}
		midnight := hour == 24 && minute == 0 && second == 0 && m.fraction == ""
		if hour < 0 || hour > 23 && !midnight || minute < 0 || minute > 59 || second < 0 || second > 59 {
			return m, false
		}
	}
	offset := 0
	if offset, m.zoned, ok = parseZone(s); !ok {
		return m, false
	}
	m.seconds = daysSince1970(year, month, day)*86400 + int64(hour*3600+minute*60+second-offset)
	return m, true
}

// parseYear reads four digits or more, the year 0000 excluded.
func parseYear(s []byte) (year int, rest []byte, ok bool) {
	negative := len(s) > 0 && s[0] == '-'
	if negative {
		s = s[1:]
	}
	n := 0
	for n < len(s) && n <= maxYear && s[n] >= '0' && s[n] <= '9' {
		year = year*10 + int(s[n]-'0')
		n++
	}
	if n < 4 || n > maxYear || n > 4 && s[0] == '0' || year == 0 {
		return 0, s, false
	}
	if negative {
		year = 1 - year // there is no year 0, so -0001 stands before 0001
	}
	return year, s[n:], true
}

// parseZone reads nothing, Z or an offset of up to 14 hours, in seconds.
func parseZone(s []byte) (offset int, zoned, ok bool) {
	switch {
	case len(s) == 0:
		return 0, false, true
	case len(s) == 1 && s[0] == 'Z':
		return 0, true, true
	case len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':':
		return 0, false, false
	}
	hour, minute := twoDigits(s[1:]), twoDigits(s[4:])
	if hour < 0 || minute < 0 || minute > 59 || hour*60+minute > 14*60 {
		return 0, false, false
	}
	offset = hour*3600 + minute*60
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true, true
}

// twoDigits reads s[0] and s[1]; -1 if they are no digits.
func twoDigits(s []byte) int {
	a, b := s[0]-'0', s[1]-'0'
	if a > 9 || b > 9 {
		return -1
	}
	return int(a)*10 + int(b)
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysSince1970 counts days of the proleptic Gregorian calendar, in years that
// begin on 1 March so that the leap day comes last.
func daysSince1970(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	if year < 0 {
		era = (year - 399) / 400
	}
	ofEra := year - era*400
	ofYear := (153*(month-3)+2)/5 + day - 1
	return int64(era)*146097 + int64(ofEra*365+ofEra/4-ofEra/100+ofYear) - 719468
}

// compare orders m and o: -1, 0, 1, or 2 when a missing zone leaves the order
// open (XSD part 2 §3.2.7.4).
func (m moment) compare(o moment) int {
	if m.zoned == o.zoned {
		return m.order(o, 0)
	}
	const day = 14 * 3600 // the widest offset, in either direction
	switch {
	case m.order(o, -day) < 0:
		return -1
	case m.order(o, day) > 0:
		return 1
	}
	return 2
}

// order compares m with o moved by shift seconds.
func (m moment) order(o moment, shift int64) int {
	return cmp.Or(cmp.Compare(m.seconds, o.seconds+shift), cmp.Compare(m.fraction, o.fraction))
}
