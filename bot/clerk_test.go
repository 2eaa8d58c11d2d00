package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"footnote/rag"
	"footnote/rag/text"
)

// clerk answers from a store without weights: with the sentence that shares
// most words with the question, if it shares two at least.
type clerk struct {
	store rag.Store
	slow  time.Duration // each answer takes so long

	mu    sync.Mutex
	asked []rag.Question
	gate  chan struct{} // if not nil, answers wait until it is closed
	words []string      // streamed first, one each interval
	every time.Duration
}

// recites has so many numbered words be streamed before each answer.
func (c *clerk) recites(words int, every time.Duration) {
	for n := range words {
		c.words = append(c.words, fmt.Sprintf("word%d ", n))
	}
	c.every = every
}

func (c *clerk) Ask(ctx context.Context, q rag.Question, stream func(string)) (rag.Answer, error) {
	c.mu.Lock()
	c.asked = append(c.asked, q)
	gate := c.gate
	c.mu.Unlock()
	if strings.Contains(q.Text, "panic") {
		panic("as asked")
	}
	if strings.Contains(q.Text, "fail") {
		return rag.Answer{}, errors.New("the writer failed with sk-secret")
	}
	for _, w := range c.words {
		if stream != nil {
			stream(w)
		}
		time.Sleep(c.every)
	}
	for _, wait := range []<-chan time.Time{time.After(c.slow)} {
		select {
		case <-wait:
		case <-ctx.Done():
			return rag.Answer{}, ctx.Err()
		}
	}
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return rag.Answer{}, ctx.Err()
		}
	}
	a, err := c.find(ctx, q, q.Text)
	if n := len(q.History); err == nil && n > 0 && a.Verdict == rag.Refused {
		return c.find(ctx, q, q.History[n-1].Question+" "+q.Text)
	}
	return a, err
}

// find answers text with one sentence.
func (c *clerk) find(ctx context.Context, q rag.Question, body string) (rag.Answer, error) {
	a := rag.Answer{Question: q.Text, Searched: body, Verdict: rag.Refused, Text: "The articles do not say.", Reason: "Nothing in the articles comes near the question."}
	words := strings.Fields(text.Normalize(body))
	hits, err := c.store.Match(ctx, words, 5, q.Filter)
	if err != nil {
		return a, err
	}
	best := 1
	if strings.Contains(q.Text, "everything") && len(hits) > 0 { // a long answer
		h := hits[0].Chunk
		a.Verdict, a.Confidence, a.Text = rag.Answered, 0.9, ""
		for n := range 80 {
			a.Text += fmt.Sprintf("Sentence %d of everything that there is to say. [%d] ", n+1, n%3+1)
		}
		for n := 1; n <= 3; n++ {
			a.Citations = append(a.Citations, rag.Citation{N: n, Title: h.Title, URL: h.URL, Doc: h.Doc, Quote: h.Text})
		}
		return a, nil
	}
	for _, h := range hits {
		a.Passages = append(a.Passages, rag.Passage{Chunk: h.Chunk, Text: h.Chunk.Text, Start: h.Chunk.Start, End: h.Chunk.End})
		for _, s := range strings.SplitAfter(h.Chunk.Text, ".") {
			n := 0
			s = strings.TrimSpace(s)
			for _, w := range words {
				if len(w) > 3 && strings.Contains(text.Normalize(s), w) {
					n++
				}
			}
			if n > best {
				best = n
				at := strings.Index(h.Chunk.Text, s)
				a.Verdict, a.Reason, a.Confidence, a.Text = rag.Answered, "", 0.9, s+" [1]"
				a.Citations = []rag.Citation{{N: 1, Title: h.Chunk.Title, URL: h.Chunk.URL, Doc: h.Chunk.Doc, Published: h.Chunk.Published, Quote: s, Start: h.Chunk.Start + at, End: h.Chunk.Start + at + len(s)}}
			}
		}
	}
	return a, nil
}
