package rag

import (
	"testing"
	"time"
)

func TestPageAt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text   string
		offset int
		want   int
	}{{"", 0, 0}, {"a b", 2, 0}, {"a\n\n\fb", 0, 1}, {"a\n\n\fb", 3, 1}, {"a\n\n\fb", 4, 2}, {"a\f\fb", 3, 3}} {
		if got := PageAt(tt.text, tt.offset); got != tt.want {
			t.Errorf("PageAt(%q, %d) = %d, want %d", tt.text, tt.offset, got, tt.want)
		}
	}
}

func TestNameWords(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"/notes/People/jane-doe.md":                    "People jane doe",
		"minutes.html":                                 "minutes",
		"a/b/2024-05-01_Żółw.tar.gz":                   "b 2024 05 01 Żółw tar",
		"https://example.org/news/ferry-late.html?a=b": "news ferry late",
		"https://example.org":                          "",
		"":                                             "",
	} {
		if got := (Document{Source: source}).NameWords(); got != want {
			t.Errorf("%q: %q, want %q", source, got, want)
		}
	}
}

func TestWithDate(t *testing.T) {
	t.Parallel()
	day := time.Date(2024, 5, 1, 23, 0, 0, 0, time.UTC)
	for title, want := range map[string]string{"Minutes": "Minutes, 2024-05-01", "2024-05-01": "2024-05-01", "#ops, 1 May 2024": "#ops, 1 May 2024", "": ", 2024-05-01"} {
		if got := WithDate(title, day); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
	if got := WithDate("Minutes", time.Time{}); got != "Minutes" {
		t.Errorf("no date: %q", got)
	}
}
