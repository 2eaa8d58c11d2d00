package write

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"footnote/rag/model"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/rag"
)

// ferry holds the passages that the tests ask about.
var ferry = []rag.Passage{
	{Chunk: rag.Chunk{Title: "Ferry to Hull late", Published: time.Date(2019, 3, 2, 0, 0, 0, 0, time.UTC)}, Text: "The ferry to Hull left two hours late."},
	{Chunk: rag.Chunk{Title: "Ferry sinks"}, Text: "The ferry sank off Hull. Nobody was hurt."},
}

// chat is a model server that replies with chunks and records the request.
type chat struct {
	chunks []string
	stop   string // finish reason
	got    struct {
		Messages    []struct{ Role, Content string }
		MaxTokens   int `json:"max_tokens"`
		Seed        *int
		Temperature *float64
		Stream      bool
	}
	asked int
}

func (c *chat) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.asked++
	if err := json.NewDecoder(r.Body).Decode(&c.got); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if !c.got.Stream {
		text, _ := json.Marshal(strings.Join(c.chunks, ""))
		fmt.Fprintf(w, `{"choices":[{"message":{"content":%s},"finish_reason":%q}],"usage":{"prompt_tokens":70,"completion_tokens":9}}`, text, c.stop)
		return
	}
	for _, s := range c.chunks {
		text, _ := json.Marshal(s)
		fmt.Fprintf(w, `data: {"choices":[{"delta":{"content":%s}}]}`+"\n\n", text)
	}
	fmt.Fprintf(w, `data: {"choices":[{"delta":{},"finish_reason":%q}]}`+"\n\n", c.stop)
	fmt.Fprint(w, `data: {"choices":[],"usage":{"prompt_tokens":70,"completion_tokens":9}}`+"\n\ndata: [DONE]\n\n")
}

func writer(t *testing.T, h http.Handler) LLM {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/v1/", h)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	m, err := model.Open("ollama/x", model.Config{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return LLM{Model: m, Name: m.Name()}
}

func TestLLM(t *testing.T) {
	t.Parallel()
	usage := rag.Usage{PromptTokens: 70, CompletionTokens: 9}
	tests := []struct {
		name     string
		chunks   []string
		stop     string
		want     rag.Draft
		streamed string
	}{
		{
			"an answer", []string{" It left two", " hours late. [1] It", " sank. [2] [9]"}, "stop",
			rag.Draft{Claims: []rag.Claim{{Text: "It left two hours late.", Cites: []rag.Cite{{Passage: 0}}}, {Text: "It sank.", Break: " ", Cites: []rag.Cite{{Passage: 1}}}}},
			"It left two hours late. [1] It sank. [2] [9]",
		},
		{"no answer", []string{"The arti", "cles do not", " say."}, "stop", rag.Draft{}, ""},
		{
			"a thought", []string{"<thi", "nk>It sank. The", " end.</thin", "k>\n\nThe ", "ferry left late. [1]"}, "stop",
			rag.Draft{Claims: []rag.Claim{{Text: "The ferry left late.", Cites: []rag.Cite{{Passage: 0}}}}},
			"The ferry left late. [1]",
		},
		{
			"a bare answer", []string{"The answer is: two", " hours. [1]"}, "stop",
			rag.Draft{Claims: []rag.Claim{{Text: "two hours.", Cites: []rag.Cite{{Passage: 0}}}}},
			"The answer is: two hours. [1]",
		},
		{
			"starts like a refusal", []string{"The art", "icle says it sank."}, "stop",
			rag.Draft{Claims: []rag.Claim{{Text: "The article says it sank."}}},
			"The article says it sank.",
		},
		{
			"only the start of a refusal", []string{"The art"}, "stop",
			rag.Draft{Claims: []rag.Claim{{Text: "The art"}}},
			"The art",
		},
		{
			"cut off by the token limit", []string{"It left two hours late. [1] It sank [2] off Hu"}, "length",
			rag.Draft{Claims: []rag.Claim{{Text: "It left two hours late.", Cites: []rag.Cite{{Passage: 0}}}}},
			"It left two hours late. [1] It sank [2] off Hu",
		},
		{
			"control characters", []string{"It \x1b[2Jsank.\u009b [2]"}, "stop",
			rag.Draft{Claims: []rag.Claim{{Text: "It [2Jsank.", Cites: []rag.Cite{{Passage: 1}}}}},
			"It [2Jsank. [2]",
		},
	}
	for _, tt := range tests {
		for _, streaming := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/stream=%v", tt.name, streaming), func(t *testing.T) {
				t.Parallel()
				w := writer(t, &chat{chunks: tt.chunks, stop: tt.stop})
				var streamed strings.Builder
				var stream func(string)
				if streaming {
					stream = func(s string) { streamed.WriteString(s) }
				}
				got, err := w.Write(context.Background(), rag.Question{Text: "How late was the ferry?"}, ferry, stream)
				if err != nil {
					t.Fatal(err)
				}
				want := tt.want
				want.Model, want.Usage = "ollama/x", usage
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tt.streamed, streamed.String()); streaming && diff != "" {
					t.Errorf("streamed (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestLLMEndless checks that of a reply of which only the beginning is read, the last
// sentence is whole.
func TestLLMEndless(t *testing.T) {
	t.Parallel()
	const sentence = "It left two hours late, and it sank off Hull. [1] "
	w := writer(t, &chat{chunks: []string{strings.Repeat(sentence, 1+maxReply/len(sentence))}, stop: "stop"})
	got, err := w.Write(t.Context(), rag.Question{Text: "How late was the ferry?"}, ferry, nil)
	if err != nil || len(got.Claims) < 100 {
		t.Fatalf("%d claims, %v", len(got.Claims), err)
	}
	if last := got.Claims[len(got.Claims)-1].Text; last != got.Claims[0].Text {
		t.Errorf("the last sentence is %q, want %q", last, got.Claims[0].Text)
	}
}

func TestLLMAsks(t *testing.T) {
	t.Parallel()
	c := &chat{chunks: []string{"It sank. [2]"}, stop: "stop"}
	q := rag.Question{Text: "How late was the ferry?", Today: time.Date(2019, 3, 5, 0, 0, 0, 0, time.UTC)}
	if _, err := writer(t, c).Write(context.Background(), q, ferry, nil); err != nil {
		t.Fatal(err)
	}
	if c.got.MaxTokens != 1024 || c.got.Seed != nil || c.got.Temperature != nil {
		t.Errorf("request options %+v", c.got)
	}
	if len(c.got.Messages) != 2 || c.got.Messages[0].Role != "system" || c.got.Messages[1].Role != "user" {
		t.Fatalf("messages %+v, want one of system and one of user", c.got.Messages)
	}
	for _, want := range []string{
		"[1]\n<passage", "Title: Ferry to Hull late\nDate: 2019-03-02\nThe ferry to Hull left two hours late.\n</passage",
		"[2]\n<passage", "Today is 2019-03-05.\n", "\nQuestion: How late was the ferry?\n",
	} {
		if !strings.Contains(c.got.Messages[1].Content, want) {
			t.Errorf("the prompt lacks %q:\n%s", want, c.got.Messages[1].Content)
		}
	}
}

// TestLLMRephrases checks that the replies to the two other requests come back
// as plain text.
func TestLLMRephrases(t *testing.T) {
	t.Parallel()
	q := rag.Question{Text: "Why was it late?", History: []rag.Turn{{Question: "How late was the ferry to Hull?", Answer: "Two hours. [1]"}}}
	got, err := writer(t, &chat{chunks: []string{"<think>Hm.</think>Why was the **ferry** late?"}, stop: "stop"}).Standalone(t.Context(), q)
	if want := "Why was the ferry late?"; got != want || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	parts, err := writer(t, &chat{chunks: []string{"1. Why?\n\n2. When?"}, stop: "stop"}).Split(t.Context(), q)
	if diff := cmp.Diff([]string{"Why?", "", "When?"}, parts); diff != "" || err != nil {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
}

func TestLLMWithoutPassages(t *testing.T) {
	t.Parallel()
	c := &chat{}
	got, err := writer(t, c).Write(context.Background(), rag.Question{Text: "How late was the ferry?"}, nil, nil)
	if diff := cmp.Diff(rag.Draft{Model: "ollama/x"}, got); diff != "" || err != nil || c.asked != 0 {
		t.Errorf("%d requests, want none; error %v; draft (-want +got):\n%s", c.asked, err, diff)
	}
}

// TestLLMFits checks that a prompt fits into the model's context, and that the
// model cannot cite a passage that was left out.
func TestLLMFits(t *testing.T) {
	t.Parallel()
	long := make([]rag.Passage, 8)
	for i := range long {
		long[i] = rag.Passage{Chunk: rag.Chunk{Title: "Ferry"}, Text: strings.Repeat("The ferry left late. ", 60)} // 1260 bytes: 420 tokens
	}
	wide := []rag.Passage{{Chunk: rag.Chunk{Title: strings.Repeat("標題", 500)}, Text: strings.Repeat("渡輪晚點。", 2000)}}
	tests := []struct {
		name     string
		passages []rag.Passage
		tokens   int
		want     int // passages in the prompt
	}{
		{"all", long, 8000, 8},
		{"some", long, 1500, 2},
		{"one, shortened", long, 300, 1},
		{"no room", long, -1000, 1},
		{"not ASCII", wide, 3000, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ask := LLM{}.ask(rag.Question{Text: "How late?"}, tt.passages, tt.tokens)
			if len(ask.Passages) != tt.want {
				t.Errorf("%d passages, want %d", len(ask.Passages), tt.want)
			}
			p := ask.Render()
			if got, want := estimate(p.System)+estimate(p.User), max(tt.tokens, 600); got > want {
				t.Errorf("%d tokens, want at most %d", got, want)
			}
			if first := ask.Passages[0].Text; first == "" || !strings.HasPrefix(tt.passages[0].Text, first) {
				t.Errorf("first passage %.40q, want the beginning of the original", first)
			}
		})
	}

	c := &chat{chunks: []string{"It sank. [1] It rose. [8]"}, stop: "stop"}
	w := writer(t, c)
	w.Context = 2624
	got, err := w.Write(context.Background(), rag.Question{Text: "How late?"}, long, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []rag.Claim{{Text: "It sank.", Cites: []rag.Cite{{Passage: 0}}}, {Text: "It rose.", Break: " "}}
	if diff := cmp.Diff(want, got.Claims); diff != "" {
		t.Errorf("claims about fewer passages (-want +got):\n%s", diff)
	}
}

func TestLLMCancelled(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	w := writer(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		fmt.Fprint(rw, `data: {"choices":[{"delta":{"content":"Two hours"}}]}`+"\n\n")
		rw.(http.Flusher).Flush()
		<-r.Context().Done()
		close(gone)
	}))
	ctx, cancel := context.WithCancel(context.Background())
	_, err := w.Write(ctx, rag.Question{Text: "How late?"}, ferry, func(string) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
		t.Error("the request to the server was not cancelled")
	}
}

func TestLLMServerDies(t *testing.T) {
	t.Parallel()
	w := writer(t, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(rw, `data: {"choices":[{"delta":{"content":"Two hours"}}]}`+"\n\n")
		rw.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}))
	streamed := ""
	_, err := w.Write(context.Background(), rag.Question{Text: "How late?"}, ferry, func(s string) { streamed += s })
	if diff := cmp.Diff("ollama/x: the reply broke off before it was complete", fmt.Sprint(err)); diff != "" || streamed != "Two hours" {
		t.Errorf("streamed %q; error (-want +got):\n%s", streamed, diff)
	}
}

func TestTruncate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text   string
		tokens int
		want   string
	}{
		{"one two", 3, "one two"},
		{"one two three", 3, "one two"},
		{"one two three", 1, "one"},
		{"onetwothree", 1, "one"},
		{"渡輪 晚點", 3, "渡輪"},
		{"", 0, ""},
		{"one", 0, ""},
		{"one", -5, ""},
	}
	for _, tt := range tests {
		if got := truncate(tt.text, tt.tokens); got != tt.want {
			t.Errorf("truncate(%q, %d) = %q, want %q", tt.text, tt.tokens, got, tt.want)
		}
	}
}

// TestRealModel asks a real server twice. The reply must arrive in several
// parts, and both drafts must be equal.
func TestRealModel(t *testing.T) {
	url, spec := os.Getenv("FOOTNOTE_TEST_MODEL_URL"), os.Getenv("FOOTNOTE_TEST_MODEL")
	if url == "" || spec == "" {
		t.Skip("start `ollama serve` and set FOOTNOTE_TEST_MODEL_URL=http://127.0.0.1:11434 FOOTNOTE_TEST_MODEL=ollama/NAME")
	}
	m, err := model.Open(spec, model.Config{BaseURL: url, Temperature: new(float64), Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	w := LLM{Model: m, Name: spec, Context: 2048, MaxTokens: 128}
	var drafts [2]rag.Draft
	for i := range drafts {
		streamed, parts := "", 0
		drafts[i], err = w.Write(context.Background(), rag.Question{Text: "How late was the ferry to Hull?"}, ferry, func(s string) { streamed += s; parts++ })
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d parts: %s\n%+v", parts, streamed, drafts[i])
		if parts < 2 {
			t.Errorf("streamed in %d parts, want at least 2", parts)
		}
		if drafts[i].Usage.PromptTokens == 0 || drafts[i].Usage.CompletionTokens == 0 {
			t.Errorf("usage %+v, want token counts", drafts[i].Usage)
		}
	}
	if diff := cmp.Diff(drafts[0].Claims, drafts[1].Claims); diff != "" {
		t.Errorf("drafts differ (-first +second):\n%s", diff)
	}
}
