package model

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	maxReply     = 8 << 20 // bytes of a reply; a batch of embeddings is the largest
	maxErrorBody = 64 << 10
)

var errTooLarge = errors.New("the reply is too large")

// exchange records what the transport saw of a request, because langchaingo
// does not report it. It travels in the request's context.
type exchange struct {
	idle   time.Duration
	cancel context.CancelCauseFunc
	chat   *chat // of a chat request, else nil

	mu     sync.Mutex
	sent   []string // parameters of a chat request that the server may refuse
	status int
	header http.Header
	body   []byte // of a reply with an error status
	err    error  // a failure below HTTP, or of the reply's form
	reply  part   // of a chat request, without its text
}

// chat is how the transport treats a chat request.
type chat struct {
	dialect     dialect
	stream      bool // whether langchaingo expects a stream
	habits      habits
	temperature *float64
	required    []string // parameters that are always sent
}

type exchangeKey struct{}

// transport fills in the exchange in the request's context. It sends chat
// requests with the parameters that the server takes, and returns their replies
// in the form that langchaingo understands.
type transport struct {
	base      http.RoundTripper
	anonymous bool // whether to send no key
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	x, known := req.Context().Value(exchangeKey{}).(*exchange)
	if t.anonymous || known && x.chat != nil {
		req = req.Clone(req.Context())
	}
	if t.anonymous {
		req.Header.Del("Authorization")
		req.Header.Del("X-Api-Key")
	}
	if !known {
		return t.base.RoundTrip(req)
	}
	if err := x.prepare(req); err != nil {
		return nil, err
	}
	resp, err := t.base.RoundTrip(req)
	x.mu.Lock()
	defer x.mu.Unlock()
	if err != nil {
		x.err = err
		return nil, err
	}
	x.status, x.header = resp.StatusCode, resp.Header
	if resp.StatusCode < 300 {
		resp.Body = &body{ReadCloser: resp.Body, x: x}
		if x.chat != nil {
			resp.Body = normalize(resp.Body, x.chat.dialect, x.chat.stream, x)
		}
		return resp, nil
	}
	// If the body cannot be read, the status alone explains the failure.
	x.body, _ = io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	_ = resp.Body.Close() // read only
	resp.Body = io.NopCloser(bytes.NewReader(x.body))
	return resp, nil
}

// prepare rewrites the body of a chat request.
func (x *exchange) prepare(req *http.Request) error {
	if x.chat == nil || req.Body == nil {
		return nil
	}
	data, err := io.ReadAll(req.Body)
	_ = req.Body.Close() // read only
	if err != nil {
		return err
	}
	data, sent := x.chat.habits.rewrite(data, x.chat.temperature, x.chat.required)
	x.mu.Lock()
	x.sent = sent
	x.mu.Unlock()
	req.ContentLength = int64(len(data))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	req.Body, err = req.GetBody()
	return err
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
	if closed { // a goroutine of langchaingo's that outlived its call
		return 0, io.EOF
	}
	b.x.mu.Lock()
	defer b.x.mu.Unlock()
	if b.x.chat == nil && len(b.x.body) < maxErrorBody { // for an error in it
		b.x.body = append(b.x.body, p[:n]...)
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

// said returns the server's error message, or "".
func (x *exchange) said() string {
	switch {
	case x.status >= 300:
		return messageIn(x.body)
	case x.chat != nil:
		return x.reply.failure
	}
	return failure(x.body)
}
