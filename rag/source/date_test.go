package source

import (
	"testing"
	"time"
)

// TestStatedDay checks that a page's day is that of its own zone, and that its language
// says which number is the day.
func TestStatedDay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ stated, language, want string }{
		{"2020-09-14T23:30:00-05:00", "", "2020-09-14"}, {"2020-09-15T00:30:00+05:00", "", "2020-09-15"},
		{"05/01/2024", "en-US", "2024-05-01"}, {"05/01/2024", "en-GB", "2024-01-05"}, {"05/01/2024, 10:20", "fr", "2024-01-05"}, {"05/01/2024", "en", "0001-01-01"},
		{"13/01/2024", "en-US", "2024-01-13"}, {"1 May 2024 | 10:20", "", "2024-05-01"},
	} {
		if got, _ := statedDay(tt.stated, tt.language); got.Format("2006-01-02") != tt.want {
			t.Errorf("%q in %q: %v, want %s", tt.stated, tt.language, got, tt.want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	at := func(y int, m time.Month, d, hour, minute int) time.Time {
		return time.Date(y, m, d, hour, minute, 0, 0, time.UTC)
	}
	tests := map[string]time.Time{
		"2020-09-14":                               at(2020, 9, 14, 0, 0),
		"2020-9-4":                                 at(2020, 9, 4, 0, 0),
		"2020/09/14":                               at(2020, 9, 14, 0, 0),
		"20200914":                                 at(2020, 9, 14, 0, 0),
		"2020-09":                                  at(2020, 9, 1, 0, 0),
		"2020":                                     at(2020, 1, 1, 0, 0),
		"2020-09-14T23:30:00-05:00":                at(2020, 9, 15, 4, 30),
		"2020-09-14T23:30:00.000Z":                 at(2020, 9, 14, 23, 30),
		"2020-09-14 23:30:00 +0200":                at(2020, 9, 14, 21, 30),
		"2020-09-14 23:30":                         at(2020, 9, 14, 23, 30),
		"Mon, 14 Sep 2020 23:30:00 +0200":          at(2020, 9, 14, 21, 30),
		"Mon, 14 Sep 2020 23:30:00 GMT":            at(2020, 9, 14, 23, 30),
		"September 14, 2020":                       at(2020, 9, 14, 0, 0),
		"Sept. 14, 2020":                           at(2020, 9, 14, 0, 0),
		"Aug. 9th, 2020":                           at(2020, 8, 9, 0, 0),
		"14 September 2020":                        at(2020, 9, 14, 0, 0),
		"Monday, 14 September 2020":                at(2020, 9, 14, 0, 0),
		"14-Sep-2020":                              at(2020, 9, 14, 0, 0),
		"May 1, 2024 3:04 PM":                      at(2024, 5, 1, 15, 4),
		"May 1, 2024 at 12:04 a.m.":                at(2024, 5, 1, 0, 4),
		"2024-05-01 10:20 +0200":                   at(2024, 5, 1, 8, 20),
		"2024-05-01 10:20:30 CEST":                 at(2024, 5, 1, 8, 20).Add(30 * time.Second),
		"2024-05-01T10:20+02":                      at(2024, 5, 1, 8, 20),
		"2024-05-01T10:20:00+02:00[Europe/Berlin]": at(2024, 5, 1, 8, 20),
		"2024-05-01 10:20 Europe/Berlin":           at(2024, 5, 1, 10, 20),
		"2024/5/1 9:05:00 AM":                      at(2024, 5, 1, 9, 5),
		"1st of May 2024":                          at(2024, 5, 1, 0, 0),
		"Wed May 1 10:20:00 2024":                  at(2024, 5, 1, 10, 20),
		"Wed May 1 10:20:00 CEST 2024":             at(2024, 5, 1, 8, 20),
		"Wed May 01 2024 10:20:00 GMT+0200 (CEST)": at(2024, 5, 1, 8, 20),
		"10:20, May 1 2024":                        at(2024, 5, 1, 10, 20),
		"[[2024-05-01]]":                           at(2024, 5, 1, 0, 0),
		"13/01/2024":                               at(2024, 1, 13, 0, 0),
		"01/13/2024 3:04 PM":                       at(2024, 1, 13, 15, 4),
		"05/05/2024":                               at(2024, 5, 5, 0, 0),
		"01.05.2024":                               at(2024, 5, 1, 0, 0),
		"1714557600":                               at(2024, 5, 1, 10, 0),
		"1714557600000":                            at(2024, 5, 1, 10, 0),
		"202405011020":                             at(2024, 5, 1, 10, 20),
		"20240501102000123":                        at(2024, 5, 1, 10, 20),
	}
	for in, want := range tests {
		if got, ok := parseDate(in); !ok || got != want {
			t.Errorf("%q: got %v, %v, want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{"today", "05/01/2020", "05-01-2020", "32/01/2020", "12/40/2020", "at 10:00", "2024-05-01 25:00", "2024-05-01 13:00 PM", "202413011020", "", "14.9.", "2020-13-01", "2020-02-30", "{{ .Date }}"} {
		if got, ok := parseDate(in); ok {
			t.Errorf("%q: got %v, want no date", in, got)
		}
	}
}
