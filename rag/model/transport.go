package model

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	maxReply     = 8 << 20 // bytes of a reply, embeddings of a batch included
	maxErrorBody = 64 << 10
	maxTail      = 8 << 10
)

var errEndless = errors.New("the reply has no end")

// exchange is what the transport saw of a request, which langchaingo does not
// tell: it travels in the request's context.
type exchange struct {
	idle   time.Duration
	cancel context.CancelCauseFunc

	mu     sync.Mutex
	status int
	header http.Header
	body   []byte // of a reply that says it failed; of another its last bytes
	err    error  // the request or its reply failed below HTTP
}

type exchangeKey struct{}

// transport notes what it sees in the exchange of the request's context.
type transport struct {
	base      http.RoundTripper
	anonymous bool // there is no key: send none
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.anonymous {
		req = req.Clone(req.Context())
		req.Header.Del("Authorization")
		req.Header.Del("X-Api-Key")
	}
	resp, err := t.base.RoundTrip(req)
	x, ok := req.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return resp, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if err != nil {
		x.err = err
		return nil, err
	}
	x.status, x.header = resp.StatusCode, resp.Header
	if resp.StatusCode < 300 {
		resp.Body = &body{ReadCloser: resp.Body, x: x}
		return resp, nil
	}
	// A body that cannot be read leaves the status to tell.
	x.body, _ = io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(x.body))
	return resp, nil
}

// body watches a reply come in.
type body struct {
	io.ReadCloser
	x    *exchange
	size int

	mu     sync.Mutex
	closed bool
}

func (b *body) Read(p []byte) (int, error) {
	// Only the server's silence counts, not the time its reader takes.
	timer := time.AfterFunc(b.x.idle, func() { b.x.cancel(errIdle) })
	n, err := b.ReadCloser.Read(p)
	timer.Stop()

	b.mu.Lock()
	closed := b.closed
	b.mu.Unlock()
	if closed {
		// langchaingo has gone and left a goroutine behind that would wait for
		// ever to hand over an error. An end lets it go.
		return 0, io.EOF
	}
	b.x.mu.Lock()
	defer b.x.mu.Unlock()
	b.x.body = append(b.x.body, p[:n]...)
	if over := len(b.x.body) - maxTail; over > 0 {
		b.x.body = append(b.x.body[:0], b.x.body[over:]...)
	}
	if b.size += n; b.size > maxReply {
		err = errEndless
	}
	if err != nil && err != io.EOF {
		b.x.err = err
	}
	return n, err
}

func (b *body) Close() error {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	return b.ReadCloser.Close()
}

// said is what the server says is wrong, in its words; empty if nothing. It
// reads the forms {"error": {"message": "…"}} and {"error": "…"}, the whole
// body or a line of a stream.
func (x *exchange) said() string {
	for line := range bytes.Lines(x.body) {
		line = bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(line), []byte("data:")))
		if s := errorIn(line); s != "" {
			return s
		}
	}
	return errorIn(x.body)
}

func errorIn(data []byte) string {
	var reply struct{ Error json.RawMessage }
	if json.Unmarshal(data, &reply) != nil || len(reply.Error) == 0 {
		return ""
	}
	var object struct{ Message, Type, Code any }
	var text string
	if json.Unmarshal(reply.Error, &object) == nil {
		if s, ok := object.Message.(string); ok && s != "" {
			return s
		}
		s, _ := object.Type.(string)
		return s
	}
	if json.Unmarshal(reply.Error, &text) != nil {
		return ""
	}
	return text
}
