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
