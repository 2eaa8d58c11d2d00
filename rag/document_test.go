package rag

import "testing"

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
