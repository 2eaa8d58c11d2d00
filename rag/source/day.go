package source

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// statedDay returns the day of a date that a page or feed states, in the page's
// own time zone: readers see that day. language is the tag of the page's
// language, such as "en-US", for dates such as "05/01/2024".
func statedDay(s, language string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if m := yearFirst.FindStringSubmatch(s); m != nil {
		return dayOf(m[1], m[2], m[3])
	}
	if isNumericDate(s) {
		return numericDay(s, language)
	}
	return parseDate(strings.Trim(oneLine(timeOfDay.ReplaceAllString(s, " ")), " ,|·–-"))
}

// timeOfDay matches the time and zone in a date, and what may follow them.
var timeOfDay = regexp.MustCompile(`(?i)(?:,| at| um| à)?\s*\b\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?(?:\s*[ap]\.?m\b\.?)?(?:\s*\b[A-Z]{1,5}\b)?\s*(?:[+-]\d\d:?\d\d)?(?:\s*\([^)]*\))?`)

// yearFirst matches a date with the year first, with or without a time.
var yearFirst = regexp.MustCompile(`^(\d{4})[-/.]?(\d\d|[1-9])[-/.]?(\d\d|[1-9])(?:[T\s].*|\d{4}(?:\d\d)?Z?)?$`)

// numericDate matches a date in numbers with the year last.
var numericDate = regexp.MustCompile(`^(?:\pL+,?\s+)?(\d{1,2})([./-])(\d{1,2})([./-])(\d{4}|\d\d)(?:$|[,T\s])`)

// isNumericDate reports whether a date consists of numbers, the year last.
func isNumericDate(s string) bool { return numericDate.MatchString(s) }

// numericDay returns the day of a date such as "31.12.2024" or "05/01/2024". ok is
// false if the language does not say whether the day or the month is first, or if
// the year has two digits.
func numericDay(s, language string) (t time.Time, ok bool) {
	m := numericDate.FindStringSubmatch(s)
	if m == nil || m[2] != m[4] || len(m[5]) != 4 {
		return time.Time{}, false
	}
	first, _ := strconv.Atoi(m[1]) // two digits
	second, _ := strconv.Atoi(m[3])
	dayFirst, known := dayIsFirst(language)
	switch {
	case first > 12 || first == second || m[2] == ".": // no country writes the month first with full stops
		dayFirst = true
	case second > 12:
		dayFirst = false
	case !known:
		return time.Time{}, false
	}
	if dayFirst {
		return dayOf(m[5], m[3], m[1])
	}
	return dayOf(m[5], m[1], m[3])
}

func dayOf(year, month, day string) (time.Time, bool) {
	t, err := time.Parse("2006-1-2", year+"-"+strings.TrimPrefix(month, "0")+"-"+strings.TrimPrefix(day, "0"))
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
