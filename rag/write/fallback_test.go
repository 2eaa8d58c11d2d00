package write

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/check"
	"footnote/rag/question"
	"footnote/rag/text"
)

// quotable returns the ferry passages with scored sentences, as retrieval does.
func quotable() []rag.Passage {
	all := make([]rag.Passage, len(ferry))
	for i, p := range ferry {
		p.End = len(p.Text)
		for _, s := range text.Sentences(p.Text, text.Span{Start: 0, End: len(p.Text)}) {
			p.Sentences = append(p.Sentences, rag.ScoredSentence{Start: s.Start, End: s.End, Score: 1 / float64(i+1)})
		}
		all[i] = p
	}
	return all
}

// dies is a model server that breaks the connection during its reply.
func dies(rw http.ResponseWriter, r *http.Request) {
	var got struct{ Stream bool }
	if json.NewDecoder(r.Body).Decode(&got) == nil && !got.Stream {
		rw.Header().Set("Content-Length", "5000")
		fmt.Fprint(rw, `{"choices":[`)
		rw.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	fmt.Fprint(rw, `data: {"choices":[{"delta":{"content":"Two hours"}}]}`+"\n\n")
	rw.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// joined returns the messages of errors in one line.
func joined(errs []error) string {
	var all []string
	for _, err := range errs {
		all = append(all, err.Error())
	}
	return strings.Join(all, "; ")
}

func TestFallback(t *testing.T) {
	t.Parallel()
	const broke = "ollama/x: the reply broke off before it was complete"
	tests := []struct {
		name                        string
		models                      []string // "good" or "dead"
		model, text, failed, stream string
	}{
		{"works", []string{"good"}, "ollama/good", "It left two hours late.", "", "It left two hours late. [1]"},
		{"reply broken off", []string{"dead"}, "quote", "The ferry to Hull left two hours late.", broke, "Two hours"},
		{"reply broken off, second model writes", []string{"dead", "good"}, "ollama/good", "It left two hours late.", broke, "Two hours"},
		{"two replies broken off", []string{"dead", "dead"}, "quote", "The ferry to Hull left two hours late.", broke + "; " + broke, "Two hours"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var writers Fallback
			for _, m := range tt.models {
				w := writer(t, http.HandlerFunc(dies))
				if m == "good" {
					w = writer(t, &chat{chunks: []string{"It left ", "two hours late. [1]"}, stop: "stop"})
					w.Name = "ollama/good"
				}
				writers = append(writers, w)
			}
			writers = append(writers, Quote{Most: 1})
			var stream strings.Builder
			d, err := writers.Write(t.Context(), rag.Question{Text: "How late was the ferry?"}, quotable(), func(s string) { stream.WriteString(s) })
			if err != nil {
				t.Fatal(err)
			}
			var text []string
			for _, c := range d.Claims {
				text = append(text, c.Text)
			}
			if diff := cmp.Diff([]string{tt.model, tt.text, tt.failed, tt.stream}, []string{d.Model, strings.Join(text, " "), joined(d.Failed), stream.String()}); diff != "" {
				t.Errorf("model, text, failed, stream (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFallbackFails(t *testing.T) {
	t.Parallel()
	dead := writer(t, http.HandlerFunc(dies))
	if _, err := (Fallback{dead}).Write(t.Context(), rag.Question{Text: "How late?"}, quotable(), func(string) {}); err == nil || !strings.Contains(err.Error(), "broke off") {
		t.Errorf("only one writer, which fails: error %v", err)
	}
	if _, err := (Fallback{}).Write(t.Context(), rag.Question{}, quotable(), nil); err == nil {
		t.Error("no writers: error is nil")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Fallback{dead, Quote{}}).Write(ctx, rag.Question{Text: "How late?"}, quotable(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled context: error %v", err)
	}
}

// TestFallbackRephrases checks that the first writer with a model rewrites
// questions, and that the writer that wrote a draft is known.
func TestFallbackRephrases(t *testing.T) {
	t.Parallel()
	q := rag.Question{Text: "Why was it late?", History: []rag.Turn{{Question: "How late was the ferry?", Answer: "Two hours."}}}
	good := writer(t, &chat{chunks: []string{"Why was the ferry late?"}, stop: "stop"})
	f := Fallback{Quote{}, good}
	if got, err := f.Standalone(t.Context(), q); got != "Why was the ferry late?" || err != nil {
		t.Errorf("standalone question %q, error %v", got, err)
	}
	if got, err := f.Split(t.Context(), q); len(got) != 1 || err != nil {
		t.Errorf("parts %q, error %v", got, err)
	}
	if _, err := (Fallback{Quote{}}).Standalone(t.Context(), q); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("no model: error %v, want %v", err, errors.ErrUnsupported)
	}
	if _, err := (Fallback{Quote{}}).Split(t.Context(), q); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("no model: error %v, want %v", err, errors.ErrUnsupported)
	}
	d, err := f.Write(t.Context(), q, quotable(), nil)
	if _, quotes := Wrote(f, d).(Quote); !quotes || err != nil {
		t.Errorf("wrote: %T, error %v, want the first writer", Wrote(f, d), err)
	}
	d.Failed = []error{errors.New("gone")}
	if w, ok := Wrote(f, d).(LLM); !ok || w.Name != good.Name {
		t.Errorf("wrote after a failure: %T, want the second writer", Wrote(f, d))
	}
	if w, ok := Wrote(good, d).(LLM); !ok || w.Name != good.Name {
		t.Errorf("wrote, one writer: %T", Wrote(good, d))
	}
}

// TestBadReplies checks that an answer is well-formed and supported by the
// passages, however bad the model's reply is.
func TestBadReplies(t *testing.T) {
	t.Parallel()
	const late = "The ferry to Hull left two hours late. [1]"
	tests := []struct {
		name, reply, want string // want is empty for a refusal
	}{
		{"good", late, late},
		{"1 MB", strings.Repeat("The moon is made of cheese. [1] ", 1<<15), ""},
		{"1 MB without a space", strings.Repeat("x", 1<<20), ""},
		{"the wrong language", "轮渡晚点两小时。[1]", ""},
		{"missing passage cited", "The ferry to Hull left two hours late. [99]", late},
		{"two numbers in one mark", "The ferry to Hull left two hours late. [1, 2]", late},
		{"two marks", "The ferry to Hull left two hours late. [1][2]", late},
		{"wide brackets", "The ferry to Hull left two hours late.【1】", late},
		{"Markdown's footnotes", "The ferry to Hull left two hours late.[^1]\n\n[^1]: Ferry to Hull late", late},
		{"HTML", "<p>The ferry to Hull left <b>two hours</b> late.<sup>[1]</sup></p><script>alert(1)</script>", late},
		{"a mention of everyone", "@everyone free money at evil.example! [1] " + late, late},
		{"a code fence left open", "```\n" + late, late},
		{"invalid UTF-8", "The ferry to Hull left two hours late.\xff\xfe [1]\xc3", late},
		{"wrong passage cited", "The ferry to Hull left two hours late. [2]", late},
		{"one false sentence", late + " The captain was drunk and was fined 400 euros. [1]", late},
		{"wrong number", "The ferry to Hull left 14 hours late. [1]", ""},
		{"invented quotation", "The ferry to Hull left two hours late. [1] “The ferry to Hull will be late again,” the captain of the ferry said. [1]", late},
		{"repeated sentence", strings.Repeat(late+" ", 20), late},
		{"quotation marks for emphasis", "The \"late ferry\" to Hull left two hours late. [1]", "The \"late ferry\" to Hull left two hours late. [1]"},
		{"prompt repeated", "You answer a question from numbered passages of articles. [1]", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := &chat{stop: "stop"}
			for chunk := range slices.Chunk([]byte(tt.reply), 1<<10) {
				c.chunks = append(c.chunks, string(chunk))
			}
			d, err := writer(t, c).Write(t.Context(), rag.Question{Text: "How late was the ferry?"}, quotable(), func(string) {})
			if err != nil {
				t.Fatal(err)
			}
			a, err := check.Checker{}.Check(t.Context(), question.Reading{}, d, quotable())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, a.Text()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if refused := tt.want == ""; refused != (a.Verdict == rag.Refused) {
				t.Errorf("verdict %s, want refused: %v", a.Verdict, refused)
			}
		})
	}
	t.Run("only citations", func(t *testing.T) {
		t.Parallel()
		w := Fallback{writer(t, &chat{chunks: []string{"[1][2] [1, 2]\n[2]"}, stop: "stop"}), Quote{Most: 1}}
		d, err := w.Write(t.Context(), rag.Question{Text: "How late was the ferry?"}, quotable(), nil)
		if err != nil {
			t.Fatal(err)
		}
		var h interface{ Hint() string }
		if want := "ollama/x: the reply has no sentence that can be used"; joined(d.Failed) != want || !errors.As(d.Failed[0], &h) || h.Hint() == "" {
			t.Errorf("failed %q, want %q with a hint", joined(d.Failed), want)
		}
		if d.Usage.PromptTokens != 70 || d.Model != rag.QuoteModel {
			t.Errorf("usage %+v, model %s, want the tokens of the reply and the quote writer", d.Usage, d.Model)
		}
	})
	t.Run("empty", func(t *testing.T) {
		t.Parallel()
		w := Fallback{writer(t, &chat{chunks: []string{" "}, stop: "stop"}), Quote{Most: 1}}
		d, err := w.Write(t.Context(), rag.Question{Text: "How late was the ferry?"}, quotable(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := "ollama/x: the reply is empty"; joined(d.Failed) != want {
			t.Errorf("failed %q, want %q", joined(d.Failed), want)
		}
	})
}

// TestTooLong checks that a prompt that is too long is retried with half the
// context.
func TestTooLong(t *testing.T) {
	t.Parallel()
	long := make([]rag.Passage, 8)
	for i := range long {
		long[i] = rag.Passage{Chunk: rag.Chunk{Title: "Ferry"}, Text: strings.Repeat("The ferry left late. ", 60)}
	}
	var sizes []int64
	good := &chat{chunks: []string{"The ferry left late. [1]"}, stop: "stop"}
	w := writer(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		sizes = append(sizes, r.ContentLength)
		if len(sizes) < 3 {
			http.Error(rw, `{"error":{"message":"maximum context length is 1024 tokens"}}`, http.StatusBadRequest)
			return
		}
		good.ServeHTTP(rw, r)
	}))
	streamed := ""
	if _, err := w.Write(t.Context(), rag.Question{Text: "How late?"}, long, func(s string) { streamed += s }); err != nil {
		t.Fatal(err)
	}
	if want := "The ferry left late. [1]"; streamed != want {
		t.Errorf("streamed %q, want %q", streamed, want)
	}
	if len(sizes) != 3 || sizes[1] >= sizes[0] || sizes[2] >= sizes[1] {
		t.Errorf("request sizes %v bytes, want three, each smaller than the one before", sizes)
	}
}
