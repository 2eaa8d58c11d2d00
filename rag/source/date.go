package source

import (
	"strconv"
	"strings"
	"time"

	"footnote/rag/internal/lazyregexp"
)

// dates lists the layouts of a day that are read, after parseDate has removed
// the weekday and the differences in spacing, full stops, commas and ordinals.
var dates = []string{
	"2006-1-2",
	"2006/1/2",
	"2006.1.2",
	"20060102",
	"2006-01",
	"2006",
	"2.1.2006", // a day with full stops is in this order in every country that writes it so
	"January 2 2006",
	"Jan 2 2006",
	"2 January 2006",
	"2 Jan 2006",
	"2-Jan-2006",
	"January 2006",
	"Jan 2006",
}

var (
	abbreviated = lazyregexp.New(`(?i)\b(sept|[a-z]{3})\.`)
	ordinal     = lazyregexp.New(`(?i)\b(\d{1,2})(?:st|nd|rd|th)\b(?: of\b)?`)
	weekday     = lazyregexp.New(`(?i)^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\s+`)
	clockTime   = lazyregexp.New(`(?i)(^|\dt|\s)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([ap]\.?\s?m\b\.?)?\s*(z\b|[+-]\d\d:?(?:\d\d)?\b)?\s*\(?([a-z]{2,5}\b)?\)?\s*(?:\[[^\]]*\]|[a-z]+/[a-z_/]+)?`)
	// fromGreenwich matches the offset in "10:00 GMT+0200".
	fromGreenwich = lazyregexp.New(`(?:GMT|UTC)([+-]\d)`)
	slashed       = lazyregexp.New(`^(\d{1,2})([/-])(\d{1,2})[/-](\d{4})$`)
	moment        = lazyregexp.New(`^(?:1\d{9}(?:\d{3})?|(?:19|20)\d{10}(?:\d\d(?:\d{3})?)?)$`)
	linkedDate    = lazyregexp.New(`^\[\[(.*)\]\]$`)
)

// zoneOffsets gives the offsets from UTC, in hours, of the names of time zones that
// mean one zone only. A date with another name is read as UTC.
var zoneOffsets = map[string]int{
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
	"WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9,
}

// parseDate parses a day, with or without a time, and converts it to UTC. A
// date without a zone is in UTC. 05/01/2020 is not a date, since it is in May
// for some readers and in January for others; 14/09/2020 and 09/14/2020 are.
func parseDate(s string) (time.Time, bool) {
	day, clock24, offset, ok := parseStamp(s, "")
	return day.Add(clock24 - offset).UTC(), ok
}

// statedDay returns the day of a date that a page or feed states, in the page's
// own time zone: readers see that day. language is the tag of the page's
// language, such as "en-US", for dates such as "05/01/2024".
func statedDay(s, language string) (time.Time, bool) {
	day, _, _, ok := parseStamp(s, language)
	return day, ok
}

// parseStamp parses a day, with or without a time and a zone, whose offset from UTC
// it returns. language is that of [statedDay].
func parseStamp(s, language string) (day time.Time, clock24, offset time.Duration, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) > 100 {
		return time.Time{}, 0, 0, false
	}
	if link := linkedDate.FindStringSubmatch(s); link != nil {
		s = link[1]
	}
	if moment.MatchString(s) {
		t, ok := parseMoment(s)
		day = t.Truncate(24 * time.Hour)
		return day, t.Sub(day), 0, ok
	}
	s = abbreviated.ReplaceAllString(s, "$1")
	s = ordinal.ReplaceAllString(s, "$1")
	s = fromGreenwich.ReplaceAllString(s, "$1")
	s, clock24, offset, ok = splitClock(oneLine(strings.ReplaceAll(s, ",", " ")))
	if !ok {
		return time.Time{}, 0, 0, false
	}
	day, ok = parseDay(strings.Trim(s, " |·–-"), language)
	return day, clock24, offset, ok
}

// splitClock cuts the time of day out of a date. offset is that of its zone.
func splitClock(s string) (day string, clock24, offset time.Duration, ok bool) {
	at := clockTime.FindStringSubmatchIndex(s)
	if at == nil {
		return s, 0, 0, true
	}
	group := func(n int) string {
		if at[2*n] < 0 {
			return ""
		}
		return s[at[2*n]:at[2*n+1]]
	}
	number := func(n int) int {
		i, _ := strconv.Atoi(group(n)) // an empty group is 0
		return i
	}
	hour, minute, second := number(2), number(3), number(4)
	if half := strings.ToLower(group(5)); half != "" {
		if hour < 1 || hour > 12 {
			return "", 0, 0, false
		}
		if hour %= 12; half[0] == 'p' {
			hour += 12
		}
	}
	if hour > 24 || minute > 59 || second > 60 {
		return "", 0, 0, false
	}
	if zone := strings.ReplaceAll(group(6), ":", ""); len(zone) >= 3 {
		n, _ := strconv.Atoi((zone + "00")[1:5])
		offset = time.Duration(n/100)*time.Hour + time.Duration(n%100)*time.Minute
		if zone[0] == '-' {
			offset = -offset
		}
	}
	rest := s[at[1]:]
	if name := strings.ToUpper(group(7)); name != "" && group(6) == "" {
		if monthOrDay[name] {
			rest = group(7) + " " + rest // "10:00 May 1 2024"
		}
		offset = time.Duration(zoneOffsets[name]) * time.Hour
	}
	before := strings.TrimSuffix(s[:at[0]]+strings.TrimRight(group(1), "tT "), " at")
	return oneLine(before + " " + rest), time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second, offset, true
}

// monthOrDay holds the names that may follow a time and are no zone.
var monthOrDay = map[string]bool{
	"JAN": true, "FEB": true, "MAR": true, "MARCH": true, "APR": true, "APRIL": true, "MAY": true, "JUN": true, "JUNE": true, "JUL": true, "JULY": true,
	"AUG": true, "SEP": true, "SEPT": true, "OCT": true, "NOV": true, "DEC": true, "MON": true, "TUE": true, "WED": true, "THU": true, "FRI": true, "SAT": true, "SUN": true,
}

// parseDay parses a date without a time. language is that of [statedDay].
func parseDay(s, language string) (time.Time, bool) {
	s = weekday.ReplaceAllString(s, "")
	s = strings.NewReplacer("Sept ", "Sep ", "sept ", "sep ").Replace(s)
	if m := slashed.FindStringSubmatch(s); m != nil {
		first, second := m[1], m[3]
		a, _ := strconv.Atoi(first) // the pattern has digits only
		b, _ := strconv.Atoi(second)
		dayFirst, known := dayIsFirst(language)
		switch {
		case a == b || a > 12 || b <= 12 && known && dayFirst:
			s = m[4] + "-" + second + "-" + first
		case b > 12 || known:
			s = m[4] + "-" + first + "-" + second
		default:
			return time.Time{}, false
		}
	}
	for _, form := range dates {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// parseMoment parses seconds or milliseconds since 1970, or a time without
// separators, as in 202405011230.
func parseMoment(s string) (time.Time, bool) {
	if len(s) == 10 || len(s) == 13 {
		n, err := strconv.ParseInt(s, 10, 64)
		if len(s) == 10 {
			n *= 1000
		}
		return time.UnixMilli(n).UTC(), err == nil
	}
	form := "20060102150405"
	t, err := time.Parse(form[:min(len(s), len(form))], s[:min(len(s), len(form))])
	return t, err == nil
}

// dayIsFirst reports whether dates in numbers have the day before the month in
// the language of a tag such as "en-GB". known is false if the tag does not say:
// "en" is the language of countries that write one and of those that write the
// other.
func dayIsFirst(tag string) (first, known bool) {
	tag = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-")
	language, region, _ := strings.Cut(tag, "-")
	if language == "en" {
		switch region {
		case "us", "ph":
			return false, true
		case "gb", "uk", "au", "nz", "ie", "in", "za", "sg", "hk", "mt":
			return true, true
		}
		return false, false
	}
	return true, dayFirstLanguages[language]
}

// dayFirstLanguages are languages of which every country writes the day first.
var dayFirstLanguages = map[string]bool{
	"ar": true, "bg": true, "ca": true, "cs": true, "da": true, "de": true, "el": true, "es": true, "et": true, "fi": true, "fr": true, "gl": true,
	"he": true, "hi": true, "hr": true, "id": true, "it": true, "ms": true, "nb": true, "nl": true, "nn": true, "no": true, "pl": true, "pt": true,
	"ro": true, "ru": true, "sk": true, "sl": true, "sr": true, "th": true, "tr": true, "uk": true, "vi": true,
}
