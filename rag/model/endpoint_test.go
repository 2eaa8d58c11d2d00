package model

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestOllamaURL follows the table of Ollama's envconfig/config_test.go where
// the two agree; a client, unlike the server, cannot use 0.0.0.0.
func TestOllamaURL(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":                              "",
		"1.2.3.4":                       "http://1.2.3.4:11434/v1",
		":1234":                         "http://127.0.0.1:1234/v1",
		"1.2.3.4:1234":                  "http://1.2.3.4:1234/v1",
		"http://1.2.3.4":                "http://1.2.3.4:80/v1",
		"https://1.2.3.4":               "https://1.2.3.4:443/v1",
		"https://1.2.3.4:1234":          "https://1.2.3.4:1234/v1",
		"example.com":                   "http://example.com:11434/v1",
		"example.com:1234":              "http://example.com:1234/v1",
		"https://example.com/ollama":    "https://example.com:443/ollama/v1",
		"https://example.com/ollama/v1": "https://example.com:443/ollama/v1",
		"[::1]":                         "http://[::1]:11434/v1",
		"[::1]:1337":                    "http://[::1]:1337/v1",
		"0.0.0.0":                       "http://127.0.0.1:11434/v1",
		"[::]:1234":                     "http://127.0.0.1:1234/v1",
		` "1.2.3.4" `:                   "http://1.2.3.4:11434/v1",
	}
	for host, want := range tests {
		if diff := cmp.Diff(want, ollamaURL(host)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", host, diff)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2020, 9, 14, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name, value string
		want        time.Duration
	}{
		{"Retry-After", "", 0},
		{"Retry-After", "3", 3 * time.Second},
		{"Retry-After", "0.5", 500 * time.Millisecond},
		{"Retry-After", "-1", 0},
		{"Retry-After", "soon", 0},
		{"Retry-After", "NaN", 0},
		{"Retry-After", "1e300", 0},
		{"Retry-After", "Mon, 14 Sep 2020 12:00:07 GMT", 7 * time.Second},
		{"Retry-After", "Mon, 14 Sep 2020 11:00:00 GMT", 0},
		{"Retry-After-Ms", "250", 250 * time.Millisecond},
	}
	for _, tt := range tests {
		if got := retryAfter(http.Header{tt.name: {tt.value}}, now); got != tt.want {
			t.Errorf("%s: %s: got %v, want %v", tt.name, tt.value, got, tt.want)
		}
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n        int
		after    time.Duration
		from, to time.Duration
	}{
		{0, 0, 125 * time.Millisecond, 250 * time.Millisecond},
		{1, 0, 250 * time.Millisecond, 500 * time.Millisecond},
		{5, 0, 4 * time.Second, 8 * time.Second},
		{1 << 40, 0, 4 * time.Second, 8 * time.Second},
		{0, 20 * time.Second, 20 * time.Second, 25 * time.Second},
		{0, time.Millisecond, time.Millisecond, 101 * time.Millisecond},
	}
	for _, tt := range tests {
		for range 100 {
			if got := backoff(tt.n, tt.after); got < tt.from || got > tt.to {
				t.Errorf("backoff(%d, %v) = %v, want %v to %v", tt.n, tt.after, got, tt.from, tt.to)
			}
		}
	}
}
