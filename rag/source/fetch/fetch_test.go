package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// serve starts a server on loopback and returns a Client with AllowPrivate set.
func serve(t *testing.T, h http.HandlerFunc) (*httptest.Server, *Client) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s, &Client{AllowPrivate: true, Pace: -1, MaxBytes: 1000, Timeout: 2 * time.Second}
}

func TestGet(t *testing.T) {
	t.Parallel()
	var agent atomic.Value
	s, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		agent.Store(r.UserAgent())
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		io.WriteString(w, "words")
	})
	got, err := c.Get(t.Context(), Request{URL: s.URL + "/a?utm_source=x&b=1#c"})
	if err != nil {
		t.Fatal(err)
	}
	want := Response{URL: s.URL + "/a?b=1", Media: "text/html; charset=utf-8", Body: []byte("words"), Stamp: "\"1\"\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if a, _ := agent.Load().(string); !strings.HasPrefix(a, "footnote") {
		t.Errorf("User-Agent %q does not contain the name of the project", a)
	}
	got, err = c.Get(t.Context(), Request{URL: s.URL + "/a", Stamp: got.Stamp})
	if err != nil || !got.Unchanged || got.Stamp != "\"1\"\n" {
		t.Errorf("second request: got %+v, %v, want unchanged", got, err)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	s, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var status int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &status) // the test asks only for numbers
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(status)
	})
	for _, status := range []int{201, 204, 206, 304, 400, 401, 403, 404, 410, 418, 429, 451, 500, 502, 503, 504, 599} {
		_, err := c.Get(t.Context(), Request{URL: fmt.Sprintf("%s/%d", s.URL, status)})
		var got *StatusError
		if !errors.As(err, &got) || got.Status != status || got.After != 2*time.Minute && status != 304 {
			t.Errorf("%d: got %v", status, err)
		}
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	s, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/end":
			io.WriteString(w, "words")
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		case "/nowhere":
			w.WriteHeader(http.StatusFound)
		default:
			var status int
			_, _ = fmt.Sscanf(r.URL.Path, "/%d", &status) // the test asks only for numbers
			http.Redirect(w, r, "/end", status)
		}
	})
	for status, moved := range map[int]string{301: s.URL + "/end", 302: "", 303: "", 307: "", 308: s.URL + "/end"} {
		got, err := c.Get(t.Context(), Request{URL: fmt.Sprintf("%s/%d", s.URL, status)})
		if err != nil || got.URL != s.URL+"/end" || got.Moved != moved {
			t.Errorf("%d: got %s, moved to %q, %v, want moved to %q", status, got.URL, got.Moved, err, moved)
		}
	}
	if _, err := c.Get(t.Context(), Request{URL: s.URL + "/file"}); !errors.Is(err, ErrURL) {
		t.Errorf("redirect to a file: got %v, want %v", err, ErrURL)
	}
	for _, path := range []string{"/round", "/nowhere"} {
		if _, err := c.Get(t.Context(), Request{URL: s.URL + path}); err == nil {
			t.Errorf("%s: want an error", path)
		}
	}
}

// TestHostile fetches from servers that stall, close early, never end, or send
// a gzip bomb.
func TestHostile(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	z.Write(make([]byte, 1<<24))
	z.Close()
	var small bytes.Buffer
	z = gzip.NewWriter(&small)
	io.WriteString(z, "words")
	z.Close()
	s, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/stall":
			<-r.Context().Done()
		case "/drip":
			for r.Context().Err() == nil {
				io.WriteString(w, "a")
				w.(http.Flusher).Flush()
				time.Sleep(50 * time.Millisecond)
			}
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 4096)); err != nil {
					return
				}
			}
		case "/cut":
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "words")
		case "/cut-chunks":
			io.WriteString(w, "words")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(bomb.Bytes())
		case "/cut-gzip":
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(small.Bytes()[:small.Len()-4])
		case "/headers":
			for i := range 2000 {
				w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("a", 100))
			}
		}
	})
	c.Timeout = 300 * time.Millisecond
	for path, want := range map[string]error{
		"/stall": nil, "/drip": context.DeadlineExceeded, "/endless": ErrLarge, "/cut": io.ErrUnexpectedEOF, "/cut-chunks": io.ErrUnexpectedEOF,
		"/bomb": ErrLarge, "/cut-gzip": io.ErrUnexpectedEOF, "/headers": nil,
	} {
		got, err := c.Get(t.Context(), Request{URL: s.URL + path})
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: got %d bytes, %v, want %v", path, len(got.Body), err, want)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, a := range []string{
		"127.0.0.1", "127.255.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "0.1.2.3", "255.255.255.255", "224.0.0.1",
		"192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
		"::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "2001:db8::1",
	} {
		if err := checkPublic(net.JoinHostPort(a, "80")); !errors.Is(err, ErrAddress) {
			t.Errorf("%s: want an error", a)
		}
	}
	for _, a := range []string{"1.1.1.1", "93.184.216.34", "2606:4700::1111", "172.32.0.1", "::ffff:8.8.8.8"} {
		if err := checkPublic(net.JoinHostPort(a, "443")); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
}

// TestPrivate checks that no name or number for loopback is requested.
func TestPrivate(t *testing.T) {
	t.Parallel()
	asked := false
	s, _ := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(s.URL, "http://"))
	c := &Client{Pace: -1}
	for _, host := range []string{"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"} {
		if _, err := c.Get(t.Context(), Request{URL: "http://" + host + ":" + port}); err == nil {
			t.Errorf("%s received a request", host)
		}
	}
	if asked {
		t.Error("a loopback server received a request")
	}
	if _, err := c.Get(t.Context(), Request{URL: s.URL}); !errors.Is(err, ErrAddress) {
		t.Errorf("got %v, want %v", err, ErrAddress)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"HTTPS://Example.org:443":                        "https://example.org/",
		"http://example.org:80/A?a=1&utm_campaign=x#top": "http://example.org/A?a=1",
		" http://example.org:8080/?fbclid=1 ":            "http://example.org:8080/",
	} {
		if got, err := Parse(in); err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"", "a", "/a", "file:///a", "ftp://a", "http://", "http://a:b@c", "javascript:alert(1)", "http:a", "http://a b", "gopher://a", "data:,a"} {
		if got, err := Parse(in); !errors.Is(err, ErrURL) {
			t.Errorf("%q: got %v, %v, want %v", in, got, err, ErrURL)
		}
	}
}

func TestRobots(t *testing.T) {
	t.Parallel()
	var robots atomic.Int32
	s, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			robots.Add(1)
			io.WriteString(w, "User-agent: *\nDisallow: /\n\nUser-agent: footnote\nDisallow: /private\nSitemap: http://example.org/map.xml\n")
		}
	})
	for path, want := range map[string]error{"/a": nil, "/private/a": ErrRobots} {
		if _, err := c.Get(t.Context(), Request{URL: s.URL + path, Robots: true}); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", path, err, want)
		}
		if _, err := c.Get(t.Context(), Request{URL: s.URL + path}); err != nil {
			t.Errorf("%s without Robots: %v", path, err)
		}
	}
	maps, err := c.Sitemaps(t.Context(), s.URL)
	if diff := cmp.Diff([]string{"http://example.org/map.xml"}, maps); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if n := robots.Load(); n != 1 {
		t.Errorf("robots.txt was read %d times, want once", n)
	}
	for status, want := range map[int]error{404: nil, 403: nil, 500: ErrRobots} {
		s, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				w.WriteHeader(status)
			}
		})
		if _, err := c.Get(t.Context(), Request{URL: s.URL + "/a", Robots: true}); !errors.Is(err, want) {
			t.Errorf("robots.txt %d: got %v, want %v", status, err, want)
		}
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	s, c := serve(t, func(http.ResponseWriter, *http.Request) {})
	c.Pace = 100 * time.Millisecond
	start := time.Now()
	for range 3 {
		if _, err := c.Get(t.Context(), Request{URL: s.URL}); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(start); took < 200*time.Millisecond {
		t.Errorf("three requests took %s, want at least twice the pace", took)
	}
}
