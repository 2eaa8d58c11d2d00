package reader

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/internal/bert"
	"footnote/rag/text"
)

// shared is one Reader for all tests, which also checks that it may be shared.
var shared = sync.OnceValues(New)

func reader(t testing.TB) *Reader {
	t.Helper()
	r, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// golden is a pair of texts and what the model says before quantization, in
// float32.
type golden struct {
	Question, Passage string

	Answers, Supports float64 // logits
	Span              string  // the best one of the whole passage
}

func readGolden(t testing.TB) []golden {
	t.Helper()
	const name = "testdata/golden.jsonl"
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []golden
	for lines := json.NewDecoder(bufio.NewReader(f)); lines.More(); {
		var g golden
		if err := lines.Decode(&g); err != nil {
			t.Fatal(err)
		}
		all = append(all, g)
	}
	return all
}

// TestFidelity compares the reader with the model before quantization. Their
// best spans are compared only where the passage answers: elsewhere, many spans
// are about as bad.
func TestFidelity(t *testing.T) {
	t.Parallel()
	r, all := reader(t), readGolden(t)
	var answers, supports [2][]float64 // want, got
	same, compared := 0, 0
	for _, g := range all {
		whole := rag.Passage{Text: g.Passage, End: len(g.Passage), Sentences: []rag.ScoredSentence{{End: len(g.Passage)}}}
		readings, err := r.Read(t.Context(), g.Question, []rag.Passage{whole})
		if err != nil {
			t.Fatal(err)
		}
		logits, err := r.Support(t.Context(), []Pair{{Claim: g.Question, Evidence: g.Passage}})
		if err != nil {
			t.Fatal(err)
		}
		answers[0], answers[1] = append(answers[0], g.Answers), append(answers[1], readings[0].Answers)
		supports[0], supports[1] = append(supports[0], g.Supports), append(supports[1], logits[0])
		if g.Answers > 1 { // of a doubtful answer, several spans are about as good
			compared++
			if s := readings[0].Spans[0]; g.Passage[s.Start:s.End] == g.Span {
				same++
			}
		}
	}
	share := float64(same) / float64(compared)
	t.Logf("%d pairs with the kernel %s; same best span: %.3f of %d", len(all), r.model.Kernel(), share, compared)
	if !(share >= .9) {
		t.Errorf("the best span is the same in %.3f of the pairs, want .9", share)
	}
	for name, logits := range map[string][2][]float64{"answers": answers, "supports": supports} {
		c, most := correlation(logits[0], logits[1])
		t.Logf("%s: correlation %.5f, largest difference %.3f", name, c, most)
		if !(c >= .99) {
			t.Errorf("%s: correlation with the model before quantization is %.5f, want .99", name, c)
		}
	}
}

// correlation returns Pearson's r, and the largest difference.
func correlation(a, b []float64) (r, most float64) {
	mean := func(v []float64) (m float64) {
		for _, x := range v {
			m += x / float64(len(v))
		}
		return m
	}
	ma, mb := mean(a), mean(b)
	var ab, aa, bb float64
	for i := range a {
		x, y := a[i]-ma, b[i]-mb
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
		most = max(most, math.Abs(a[i]-b[i]))
	}
	return ab / math.Sqrt(aa*bb), most
}

const (
	otters = "Otters eat fish, crabs and frogs, and live by rivers."
	ferry  = "The night ferry to Brest sails at half past nine from the eastern quay."
)

// passage returns a passage that begins at a byte offset of its document, cut
// into its sentences.
func passage(title, body string, start int) rag.Passage {
	p := rag.Passage{Chunk: rag.Chunk{Title: title}, Text: body, Start: start, End: start + len(body)}
	for _, s := range text.Sentences(body, text.Span{End: len(body)}) {
		p.Sentences = append(p.Sentences, rag.ScoredSentence{Start: start + s.Start, End: start + s.End})
	}
	return p
}

// recut returns the passage with sentences of n runes each, which may cut
// tokens.
func recut(p rag.Passage, n int) rag.Passage {
	p.Sentences = nil
	runes, from := 0, 0
	for at := range p.Text {
		if runes++; runes > n {
			p.Sentences = append(p.Sentences, rag.ScoredSentence{Start: p.Start + from, End: p.Start + at})
			runes, from = 1, at
		}
	}
	p.Sentences = append(p.Sentences, rag.ScoredSentence{Start: p.Start + from, End: p.End})
	return p
}

// long returns a text of n words of one token each. It is one sentence.
func long(n int) string {
	words := strings.Fields("river house green seven stone letter open window paper night")
	var b strings.Builder
	for i := range n {
		b.WriteString(words[i*i%len(words)])
		b.WriteByte(' ')
	}
	return b.String()
}

func TestRead(t *testing.T) {
	t.Parallel()
	r := reader(t)
	passages := []rag.Passage{
		passage("", otters, 0),
		passage("Otters", otters+" "+ferry, 1000),
		passage("Otters", "", 7),
		passage("", "", 0),
		passage("", "word", 3),
		passage("\xff", "\xff\x00", 0),
		passage("", "é", 0),
		passage(long(40), long(maxPair), 0),
		passage("", long(1000), 50),
		passage("Ferries", strings.Repeat(otters+" "+ferry+"\n\n", 12), 9),
		passage("", strings.Repeat("[SEP]", 20), 0),
		passage("日本", strings.Repeat("日本", 200), 0),
		recut(passage("", strings.Repeat("각 ", 120), 5), 7),
		{Text: ferry, End: len(ferry)}, // no sentences
	}
	for _, question := range []string{"What do otters eat?", "", "\xff", long(500)} {
		together, err := r.Read(t.Context(), question, passages)
		if err != nil {
			t.Fatal(err)
		}
		if len(together) != len(passages) {
			t.Fatalf("%d readings of %d passages", len(together), len(passages))
		}
		for i, p := range passages {
			checkReading(t, p, together[i])
			alone, err := r.Read(t.Context(), question, []rag.Passage{p})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(together[i], alone[0]); diff != "" {
				t.Errorf("%.20q: a reading depends on the other passages (-together +alone):\n%s", p.Text, diff)
			}
		}
	}
	if got, err := r.Read(t.Context(), "who?", nil); len(got) != 0 || err != nil {
		t.Errorf("no passages: %v, %v", got, err)
	}
}

// checkReading fails the test unless all numbers are finite, each sentence has a
// span that lies within it, and the span is zero only if no token lies within
// the sentence.
func checkReading(t *testing.T, p rag.Passage, got rag.Reading) {
	t.Helper()
	if !finite(got.Answers) {
		t.Errorf("%.40q: logit %v", p.Text, got.Answers)
	}
	if len(got.Spans) != len(p.Sentences) {
		t.Fatalf("%.40q: %d spans of %d sentences", p.Text, len(got.Spans), len(p.Sentences))
	}
	between := map[int]bool{p.End: true}
	for at := 0; at < len(p.Text); {
		between[p.Start+at] = true
		_, n := utf8.DecodeRuneInString(p.Text[at:])
		at += n
	}
	tokens := reader(t).model.Tokens(strings.ReplaceAll(p.Text, rag.PageBreak, " "), 0)
	for i, s := range p.Sentences {
		span := got.Spans[i]
		if !slices.ContainsFunc(tokens, func(token bert.Token) bool { return within(p, s, token) }) {
			if span != (rag.Span{}) {
				t.Errorf("%.40q: sentence %+v has no token, but span %+v", p.Text, s, span)
			}
			continue
		}
		if span.Start < s.Start || span.Start >= span.End || span.End > s.End || !between[span.Start] || !between[span.End] || !finite(span.Score) {
			t.Errorf("%.40q: span %+v of sentence %d to %d", p.Text, span, s.Start, s.End)
		}
	}
}

// within reports whether a token of a passage lies within one of its sentences.
func within(p rag.Passage, s rag.ScoredSentence, token bert.Token) bool {
	return s.Start <= p.Start+token.Start && p.Start+token.End <= s.End
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// TestReuse checks that no result depends on what the worker read before.
func TestReuse(t *testing.T) {
	t.Parallel()
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	passages := []rag.Passage{passage("Otters", otters+" "+ferry, 10)}
	want, err := r.Read(t.Context(), "What do otters eat?", passages)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(t.Context(), long(64), []rag.Passage{passage("Ferries", long(1000), 0), passage("", ferry, 0)}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		got, err := r.Read(t.Context(), "What do otters eat?", passages)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-new +used\n%s", diff)
		}
	}
}

func TestSupport(t *testing.T) {
	t.Parallel()
	r := reader(t)
	var pairs []Pair
	for _, p := range [][2]string{{"Otters eat crabs.", otters}, {"Otters eat crabs.", ferry}, {"", ""}, {"\xff", "x"}, {long(600), long(900)}, {otters, ""}} {
		pairs = append(pairs, Pair{Claim: p[0], Evidence: p[1]})
	}
	got, err := r.Support(t.Context(), pairs)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range pairs {
		alone, err := r.Support(t.Context(), []Pair{p})
		if err != nil {
			t.Fatal(err)
		}
		if !finite(got[i]) || got[i] != alone[0] {
			t.Errorf("pair %d: %v, alone %v", i, got[i], alone[0])
		}
	}
	if got[0] == got[1] {
		t.Errorf("the evidence makes no difference: %v", got[0])
	}
}

// TestRun checks that the vector of [CLS] is the same when it alone is computed,
// and that the segments count.
func TestRun(t *testing.T) {
	t.Parallel()
	r := reader(t)
	v := r.appendWindows(nil, 0, r.model.Encode(nil, "What do otters eat?", 0), r.model.Tokens("Otters.", 0), long(100)+otters)[0]
	w := r.model.Take()
	defer r.model.Put(w)
	all := slices.Clone(w.Run(v.ids, v.second, len(v.ids)))
	if len(all) != len(v.ids)*bert.Hidden {
		t.Fatalf("%d numbers for %d tokens", len(all), len(v.ids))
	}
	if diff := cmp.Diff(all[:bert.Hidden], w.Run(v.ids, v.second, 1)); diff != "" {
		t.Errorf("-all tokens +only [CLS]\n%s", diff)
	}
	if slices.Equal(all[:bert.Hidden], w.Run(v.ids, len(v.ids), 1)) {
		t.Error("the segments make no difference")
	}
}

func TestWindows(t *testing.T) {
	t.Parallel()
	r := reader(t)
	for _, tt := range []struct {
		name                          string
		first, limit, title, second   int   // tokens
		want                          []int // tokens of the second text in each window
		wantBegin, wantTitle, wantIDs int   // of the last window: where its part of the second text begins, tokens of the title, tokens of the sequence
	}{
		{"empty", 0, maxQuestion, 0, 0, []int{0}, 0, 0, 3},
		{"short", 10, maxQuestion, 0, 50, []int{50}, 0, 0, 63},
		{"just fits", 10, maxQuestion, 0, 307, []int{307}, 0, 0, 320},
		{"one too many", 10, maxQuestion, 0, 308, []int{307, 65}, 243, 0, 78},
		{"three windows", 10, maxQuestion, 0, 700, []int{307, 307, 214}, 486, 0, 227},
		{"long question", 100, maxQuestion, 0, 300, []int{253, 111}, 189, 0, 178},
		{"long claim", 200, maxClaim, 0, 189, []int{189}, 0, 0, 320},
		{"long claim and evidence", 200, maxClaim, 0, 200, []int{189, 75}, 125, 0, 206},
		{"title", 10, maxQuestion, 7, 300, []int{300}, 0, 7, 320},
		{"title, one too many", 10, maxQuestion, 7, 301, []int{300, 65}, 236, 7, 85},
		{"title in three windows", 10, maxQuestion, 7, 700, []int{300, 300, 228}, 472, 7, 248},
		{"title alone", 10, maxQuestion, 7, 0, []int{0}, 0, 7, 20},
		{"longest title", 10, maxQuestion, maxHeading, 275, []int{275}, 0, maxHeading, 320},
		{"long title", 10, maxQuestion, 400, 276, []int{275, 65}, 211, maxHeading, 110},
		{"all long", 100, maxQuestion, 400, 500, []int{221, 221, 186}, 314, maxHeading, 285},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			title, body := long(tt.title), long(tt.second)
			head := r.model.Tokens(title, maxHeading)
			if len(head) != tt.wantTitle {
				t.Fatalf("%d tokens of the title, want %d", len(head), tt.wantTitle)
			}
			all := r.appendWindows(nil, 7, r.model.Encode(nil, long(tt.first), tt.limit+2), head, body)
			var got []int
			for i, w := range all {
				got = append(got, len(w.tokens))
				if w.pair != 7 || w.later != (i > 0) || len(w.ids) != w.second+len(head)+len(w.tokens)+1 || len(w.ids) > maxPair || w.ids[len(w.ids)-1] != bert.SEP {
					t.Errorf("window %d: %+v", i, w)
				}
				for j, token := range head {
					if w.ids[w.second+j] != token.ID {
						t.Fatalf("window %d: id %d of the title, want %d", i, w.ids[w.second+j], token.ID)
					}
				}
				for j, token := range w.tokens {
					if at := w.at(j); at != w.second+len(head)+j || w.ids[at] != token.ID {
						t.Fatalf("window %d: token %d is at %d, id %d, want %d", i, j, at, w.ids[at], token.ID)
					}
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Fatalf("tokens of the windows (-want +got)\n%s", diff)
			}
			last := all[len(all)-1]
			begin := 0
			if len(last.tokens) > 0 {
				begin = len(strings.Fields(body[:last.tokens[0].Start]))
			}
			if begin != tt.wantBegin || len(last.ids) != tt.wantIDs {
				t.Errorf("the last window begins at token %d and has %d, want %d and %d", begin, len(last.ids), tt.wantBegin, tt.wantIDs)
			}
		})
	}
}

// TestLongPassage checks that a long passage, and each sentence of it, is as good
// as in its best window.
func TestLongPassage(t *testing.T) {
	t.Parallel()
	r := reader(t)
	const question, title = "When does the night ferry to Brest sail?", "Ferries"
	whole := passage(title, long(150)+"\n\n"+long(100)+"\n\n"+ferry+"\n\n"+long(300)+"\n\n"+otters, 77)
	if len(whole.Sentences) != 5 {
		t.Fatalf("%d sentences, want 5", len(whole.Sentences))
	}
	got, err := r.Read(t.Context(), question, []rag.Passage{whole})
	if err != nil {
		t.Fatal(err)
	}
	checkReading(t, whole, got[0])
	var parts []rag.Passage // what each window has of the passage; sentences that it does not have are empty
	for _, w := range r.appendWindows(nil, 0, r.model.Encode(nil, question, maxQuestion+2), r.head(whole), whole.Text) {
		from, to := w.tokens[0].Start, w.tokens[len(w.tokens)-1].End
		part := rag.Passage{Chunk: whole.Chunk, Text: whole.Text[from:to], Start: whole.Start + from, End: whole.Start + to}
		for _, s := range whole.Sentences {
			s.Start, s.End = max(s.Start, part.Start), min(s.End, part.End)
			part.Sentences = append(part.Sentences, rag.ScoredSentence{Start: s.Start, End: max(s.Start, s.End)})
		}
		parts = append(parts, part)
	}
	if len(parts) != 3 {
		t.Fatalf("%d windows, want 3", len(parts))
	}
	each, err := r.Read(t.Context(), question, parts)
	if err != nil {
		t.Fatal(err)
	}
	want := rag.Reading{Answers: math.Inf(-1), Spans: make([]rag.Span, len(whole.Sentences))}
	windows := make([]int, len(whole.Sentences))
	for i, reading := range each {
		checkReading(t, parts[i], reading)
		want.Answers = max(want.Answers, reading.Answers)
		for j, s := range reading.Spans {
			if s == (rag.Span{}) {
				continue
			}
			if windows[j]++; windows[j] == 1 || s.Score > want.Spans[j].Score {
				want.Spans[j] = s
			}
		}
	}
	if diff := cmp.Diff([]int{1, 2, 2, 3, 1}, windows); diff != "" {
		t.Errorf("windows of each sentence (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("-best window +whole\n%s", diff)
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	whole := rag.Reading{Answers: -2, Spans: []rag.Span{{}, {}, {Start: 1, End: 2, Score: -3}, {Start: 3, End: 4, Score: -3}, {Start: 5, End: 6, Score: 3}}}
	merge(&whole, rag.Reading{Answers: -1, Spans: []rag.Span{{}, {Start: 0, End: 1, Score: -9}, {}, {Start: 4, End: 5, Score: -1}, {Start: 5, End: 7, Score: 2}}})
	merge(&whole, rag.Reading{Answers: -4, Spans: make([]rag.Span, 5)})
	want := rag.Reading{Answers: -1, Spans: []rag.Span{{}, {Start: 0, End: 1, Score: -9}, {Start: 1, End: 2, Score: -3}, {Start: 4, End: 5, Score: -1}, {Start: 5, End: 6, Score: 3}}}
	if diff := cmp.Diff(want, whole); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestStart checks that where a passage begins moves the spans, and that a
// sentence without tokens has the zero Span wherever it is.
func TestStart(t *testing.T) {
	t.Parallel()
	r := reader(t)
	const before, silent = otters + " ", "\u200b\u200b"
	p := rag.Passage{Chunk: rag.Chunk{Title: "Otters"}, Text: before + silent + " " + ferry}
	p.End = len(p.Text)
	p.Sentences = []rag.ScoredSentence{{End: len(otters)}, {Start: len(before), End: len(before + silent)}, {Start: p.End - len(ferry), End: p.End}}
	moved := p
	moved.Start, moved.End, moved.Sentences = p.Start+500, p.End+500, slices.Clone(p.Sentences)
	for i := range moved.Sentences {
		moved.Sentences[i].Start += 500
		moved.Sentences[i].End += 500
	}
	got, err := r.Read(t.Context(), "What do otters eat?", []rag.Passage{p, moved})
	if err != nil {
		t.Fatal(err)
	}
	checkReading(t, p, got[0])
	checkReading(t, moved, got[1])
	for i := range got[0].Spans {
		if i != 1 {
			got[0].Spans[i].Start += 500
			got[0].Spans[i].End += 500
		}
	}
	if diff := cmp.Diff(got[0], got[1]); diff != "" {
		t.Errorf("-at 0, moved +at 500\n%s", diff)
	}
}

// TestTitle checks that Read reads the title, and only the first tokens of it.
func TestTitle(t *testing.T) {
	t.Parallel()
	r := reader(t)
	got, err := r.Read(t.Context(), "What do otters eat?", []rag.Passage{
		passage("", otters, 0),
		passage("Ferries", otters, 0),
		passage(long(maxHeading), otters, 0),
		passage(long(maxHeading)+strings.Repeat("x\x00\xff ", 100_000), otters, 0),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Answers == got[1].Answers || got[0].Spans[0].Score == got[1].Spans[0].Score {
		t.Errorf("the title makes no difference: %+v", got[0])
	}
	if diff := cmp.Diff(got[2], got[3]); diff != "" {
		t.Errorf("tokens beyond the limit change the reading (-short +long):\n%s", diff)
	}
	under := passage("Ferries", otters, 0)
	under.Chunk.Section = "Ferries" + rag.SectionSeparator + "Wildlife"
	joined, err := r.Read(t.Context(), "What do otters eat?", []rag.Passage{
		passage("", "Ferries. "+otters, 0),
		passage("", "Ferries. Wildlife. "+otters, 0),
		under,
	})
	if err != nil {
		t.Fatal(err)
	}
	if joined[0].Answers != got[1].Answers {
		t.Errorf("logit %v with a title, %v with the title in the text", got[1].Answers, joined[0].Answers)
	}
	if joined[1].Answers != joined[2].Answers {
		t.Errorf("logit %v with a heading, %v with the heading in the text", joined[2].Answers, joined[1].Answers)
	}
}

func TestTruncate(t *testing.T) {
	t.Parallel()
	r := reader(t)
	question, passages := long(maxQuestion), []rag.Passage{passage("", otters, 0)}
	want, err := r.Read(t.Context(), question, passages)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Read(t.Context(), question+strings.Repeat("x\x00\xff ", 100_000), passages)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tokens beyond the limit change the reading (-short +long):\n%s", diff)
	}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	r := reader(t)
	for name, p := range map[string]rag.Passage{
		"one sentence":    passage("", long(200), 0),
		"three sentences": passage("Ferries", otters+" "+ferry+" "+otters, 90),
		"many windows":    passage("Ferries", strings.Repeat(otters+" "+ferry+"\n\n", 30), 12),
		"cut words":       recut(passage("", strings.Repeat("Unaffable tokenizers, e\u0301lans! ", 9), 40), 5),
		"Hangul":          recut(passage("각", strings.Repeat("각각 한국 ", 40), 40), 3),
		"each rune":       recut(passage("", "각\xffa\u0301\u200d 日本\u0301", 1), 1),
		"overlapping":     {Text: otters, Start: 8, End: 8 + len(otters), Sentences: []rag.ScoredSentence{{Start: 8, End: 24}, {Start: 15, End: 40}, {Start: 15, End: 15}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, w := range r.appendWindows(nil, 0, r.model.Encode(nil, "who?", 0), r.head(p), p.Text) {
				checkSpans(t, r, p, &w, func(i int) (start, end float32) {
					return float32((i+1)*7919%1009) / 100, float32((i+1)*104729%997) / 100
				})
				checkSpans(t, r, p, &w, func(i int) (start, end float32) { return float32(-i), float32(i + 1) }) // the longest is the best
			}
		})
	}
}

// checkSpans compares find with a search of all spans, on vectors whose first two
// numbers are the logits.
func checkSpans(t *testing.T, r *Reader, p rag.Passage, w *window, logits func(i int) (start, end float32)) {
	t.Helper()
	h := spanHead{start: make([]float32, bert.Hidden), end: make([]float32, bert.Hidden)}
	h.start[0], h.end[1] = 1, 1
	x := make([]float32, len(w.ids)*bert.Hidden)
	for i := range w.ids {
		x[i*bert.Hidden], x[i*bert.Hidden+1] = logits(i)
	}
	none := x[0] + x[1]
	begin := w.second + len(r.head(p))
	want := make([]rag.Span, len(p.Sentences))
	for n, s := range p.Sentences {
		found := false
		for i, a := range w.tokens {
			for j := i; j < min(len(w.tokens), i+maxAnswer); j++ {
				b := w.tokens[j]
				score := float64(x[(begin+i)*bert.Hidden] + x[(begin+j)*bert.Hidden+1] - none)
				if within(p, s, a) && within(p, s, b) && (!found || score > want[n].Score) {
					want[n], found = rag.Span{Start: p.Start + a.Start, End: p.Start + b.End, Score: score}, true
				}
			}
		}
	}
	if diff := cmp.Diff(want, h.find(x, w, p)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestKernelsAgree reads with every kernel. See the encoder's test of the same
// name for why their results differ.
func TestKernelsAgree(t *testing.T) {
	questions := []string{"What do otters eat?", "When does the ferry sail?"}
	passages := []rag.Passage{passage("", otters, 0), passage("Ferries", otters+" "+ferry, 20), passage("", long(100), 0)}
	read := func(t *testing.T, kernel string) (logits []float64) {
		t.Setenv("FOOTNOTE_KERNEL", kernel)
		r, err := New()
		if err != nil {
			t.Skip(err)
		}
		for _, q := range questions {
			readings, err := r.Read(t.Context(), q, passages)
			if err != nil {
				t.Fatal(err)
			}
			for _, reading := range readings {
				logits = append(logits, reading.Answers)
				for _, s := range reading.Spans {
					logits = append(logits, s.Score)
				}
			}
		}
		return logits
	}
	want := read(t, "generic")
	names := map[string][]string{"amd64": {"avx512vnni", "avxvnni", "avx2"}, "arm64": {"sdot"}}[runtime.GOARCH]
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			got := read(t, name)
			if c, most := correlation(want, got); !(c > .99) {
				t.Errorf("correlation with the generic kernel %.4f, largest difference %.3f", c, most)
			}
		})
	}
}

func TestForcedKernel(t *testing.T) {
	t.Setenv("FOOTNOTE_KERNEL", "abacus")
	if _, err := New(); err == nil || !strings.Contains(err.Error(), "can run ") {
		t.Errorf("error %v, want one that lists the kernels", err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	r := reader(t)
	const n = 2000 // minutes of work
	passages := slices.Repeat([]rag.Passage{passage("", long(250), 0)}, n)
	pairs := slices.Repeat([]Pair{{Claim: otters, Evidence: long(250)}}, n)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(30*time.Millisecond, cancel)
	if got, err := r.Read(ctx, "who?", passages); !errors.Is(err, context.Canceled) || got != nil {
		t.Errorf("Read: %d readings, error %v, want %v", len(got), err, context.Canceled)
	}
	for _, n := range []int{0, 1, len(pairs)} {
		if got, err := r.Support(ctx, pairs[:n]); !errors.Is(err, context.Canceled) || got != nil {
			t.Errorf("Support of %d: %d logits, error %v, want %v", n, len(got), err, context.Canceled)
		}
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	r := reader(t)
	passages := []rag.Passage{passage("Otters", otters, 0), passage("", ferry+" "+otters, 30)}
	want, err := r.Read(t.Context(), "who mends the clock?", passages)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := r.Read(t.Context(), "who mends the clock?", passages)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("concurrent: %v (-alone +concurrent):\n%s", err, diff)
			}
		})
	}
	wg.Wait()
}

func TestWeightsFile(t *testing.T) {
	t.Parallel()
	md, err := os.ReadFile("reader.md")
	if err != nil {
		t.Fatal(err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(weightsFile))); !strings.Contains(string(md), sum) {
		t.Errorf("reader.md does not state the SHA-256 of %s, which is %s", weightsName, sum)
	}
	if at := uintptr(unsafe.Pointer(unsafe.StringData(weightsFile))) % 32; at != 0 {
		t.Errorf("the file begins %d bytes after a multiple of 32: weight loads will cross cache lines", at)
	}
	if err := reader(t).model.Verify(); err != nil {
		t.Error(err)
	}
	change := func(checksum bool, f func(b []byte)) string {
		b := []byte(weightsFile)
		f(b)
		if checksum {
			binary.LittleEndian.PutUint32(b[8:], crc32.Checksum(b[64:], crc32.MakeTable(crc32.Castagnoli)))
		}
		return string(b)
	}
	for _, tt := range []struct{ name, file, want string }{
		{"damaged", change(false, func(b []byte) { b[12345678] ^= 1 }), "checksum"},
		{"another checksum", change(false, func(b []byte) { b[8] ^= 1 }), "checksum"},
		{"weight beyond 64", change(true, func(b []byte) { b[64+999] = 65 }), "not within ±64"},
		{"weight below -64", change(true, func(b []byte) { b[64+1000] = 0x80 }), "not within ±64"},
		{"NaN", change(true, func(b []byte) { copy(b[len(b)-4:], "\xff\xff\xff\xff") }), "infinite or NaN"},
		{"no layers", change(false, func(b []byte) { b[12] = 0 }), "0 layers"},
		{"other layers", change(false, func(b []byte) { b[12]++ }), "bytes, want"},
		{"too many layers", change(false, func(b []byte) { b[14] = 1 }), "layers"},
		{"cut off", weightsFile[:len(weightsFile)-1], "bytes, want"},
		{"long", weightsFile + "x", "bytes, want"},
		{"short", weightsFile[:1000], "bytes, want"},
		{"empty", "", "not a weights file"},
		{"another format", strings.Repeat("GGUF", 100), "not a weights file"},
	} {
		if _, err := load("x.int8", tt.file); err == nil || !strings.HasPrefix(err.Error(), "x.int8: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one that names the file and has %q", tt.name, err, tt.want)
		}
	}
}

// FuzzRead checks that any bytes give finite numbers and spans within their
// sentences. With cut > 0 the sentences have cut runes each.
func FuzzRead(f *testing.F) {
	for i, body := range []string{"", "\x00", "\xff\xfe", "a\u0301\u200d", strings.Repeat("[MASK]", 9), "日本각", "🙂 ok", "one\ftwo\vthree", otters} {
		f.Add("What do otters eat?", "Otters", body, uint8(0))
		f.Add(body, body, otters, uint8(i))
		f.Add("", "", body, uint8(1))
	}
	f.Fuzz(func(t *testing.T, question, title, body string, cut uint8) {
		r := reader(t)
		p := passage(title, body, len(title))
		if cut > 0 {
			p = recut(p, int(cut))
		}
		readings, err := r.Read(t.Context(), question, []rag.Passage{p})
		if err != nil {
			t.Fatal(err)
		}
		checkReading(t, p, readings[0])
		logits, err := r.Support(t.Context(), []Pair{{Claim: question, Evidence: body}})
		if err != nil {
			t.Fatal(err)
		}
		if !finite(logits[0]) {
			t.Errorf("%q, %q: logit %v", question, body, logits[0])
		}
	})
}

// BenchmarkRead reads one question with 6 passages.
func BenchmarkRead(b *testing.B) {
	r := reader(b)
	const question = "How much money did Russia lend to Belarus in 2009?"
	passages := slices.Repeat([]rag.Passage{recut(passage("", rest(r, question), 0), 150)}, 6)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Read(b.Context(), question, passages); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSupport reads one claim with 6 texts.
func BenchmarkSupport(b *testing.B) {
	r := reader(b)
	const claim = "Russia lent Belarus money in 2009."
	pairs := slices.Repeat([]Pair{{Claim: claim, Evidence: rest(r, claim)}}, 6)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Support(b.Context(), pairs); err != nil {
			b.Fatal(err)
		}
	}
}

// rest returns a text that makes a sequence of 200 tokens with first.
func rest(r *Reader, first string) string {
	return long(200 - 3 - r.model.Count(first))
}

// BenchmarkNew measures the cost at program start.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}
