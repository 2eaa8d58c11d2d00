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
	maxReply     = 8 << 20 // bytes of a reply; a batch of embeddings is the largest
	maxErrorBody = 64 << 10
	maxTail      = 8 << 10
)

var errTooLarge = errors.New("the reply is too large")

// exchange records what the transport saw of a request, because langchaingo
// does not report it. It travels in the request's context.
type exchange struct {
	idle   time.Duration
	cancel context.CancelCauseFunc

	mu     sync.Mutex
	status int
	header http.Header
	body   []byte // of a failed request the body, else the last bytes of the reply
	err    error  // a failure below HTTP
}

type exchangeKey struct{}

// transport fills in the exchange in the request's context.
type transport struct {
	base      http.RoundTripper
	anonymous bool // whether to send no key
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
	// If the body cannot be read, the status alone explains the failure.
	x.body, _ = io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(x.body))
	return resp, nil
}

// body records a reply as it is read, and enforces its limits.
type body struct {
	io.ReadCloser
	x    *exchange
	size int

	mu     sync.Mutex
	closed bool
}

func (b *body) Read(p []byte) (int, error) {
	// Only the time in Read counts, not the time between calls.
	timer := time.AfterFunc(b.x.idle, func() { b.x.cancel(errIdle) })
	n, err := b.ReadCloser.Read(p)
	timer.Stop()

	b.mu.Lock()
	closed := b.closed
	b.mu.Unlock()
	if closed {
		// langchaingo has returned and left a goroutine behind. An error would
		// make it wait forever for a receiver; an end of file lets it finish.
		return 0, io.EOF
	}
	b.x.mu.Lock()
	defer b.x.mu.Unlock()
	b.x.body = append(b.x.body, p[:n]...)
	if over := len(b.x.body) - maxTail; over > 0 {
		b.x.body = append(b.x.body[:0], b.x.body[over:]...)
	}
	if b.size += n; b.size > maxReply {
		err = errTooLarge
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

// said returns the server's error message, or "". It reads the forms
// {"error": {"message": "…"}} and {"error": "…"}, in the whole body or in a line
// of a stream.
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
