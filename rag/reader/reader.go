// Package reader reads a question and a passage together. It tells how likely
// the passage is to answer, which words of it are the answer, and whether a
// text supports a claim.
//
// The model is a cross-encoder: a BERT of 384 dimensions that sees
//
//	[CLS] question [SEP] title. heading. passage [SEP]
//
// at once. That is slower and more accurate than comparing the vectors of two
// texts: use it for the few passages that a search found. Its 8-bit weights are
// in the binary, and it runs in this process (see rag/internal/bert). Set
// FOOTNOTE_KERNEL to the name of a kernel to use it instead of the fastest.
//
// This command measures its speed:
//
//	go test ./rag/reader -run '^$' -bench . -cpu 1,2
package reader

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/internal/bert"
)

const (
	// maxQuestion and maxClaim are the most tokens of a question and of a claim;
	// the rest is cut off. A claim has more room, because the rest of it is not
	// checked.
	maxQuestion, maxClaim = 64, 128

	// maxHeading is the most tokens of a title, and of the headings below it. Both
	// begin each window of a passage.
	maxHeading = 32

	// maxPair is the most tokens of a sequence, including [CLS] and twice [SEP].
	maxPair = 320

	// overlap is the number of tokens that two neighbouring windows of a long
	// passage share.
	overlap = 64
)

// Reader reads pairs of texts. Several goroutines may use it. The zero value is
// not ready: use New.
type Reader struct {
	model             *bert.Model
	answers, supports head
	span              spanHead
}

// New loads the weights in the binary. It returns an error if FOOTNOTE_KERNEL
// names a kernel that this machine cannot run, or if the binary is damaged.
func New() (*Reader, error) { return load(weightsName, weightsFile) }

const weightsName = "reader.int8"

// weightsFile is the output of internal/export, in the layout of package bert,
// with two segments. The extra numbers are those of the heads: answers,
// supports and span, each as newHead and newSpanHead take them.
//
//go:embed reader.int8
var weightsFile string

func load(name, file string) (*Reader, error) {
	m, extra, err := bert.Load(name, file, bert.Format{Magic: "reader-1", Segments: 2, Extra: 2*headSize + spanSize})
	if err != nil {
		return nil, err
	}
	return &Reader{
		model:    m,
		answers:  newHead(extra[:headSize]),
		supports: newHead(extra[headSize:][:headSize]),
		span:     newSpanHead(extra[2*headSize:]),
	}, nil
}

var _ rag.Reader = (*Reader)(nil)

// Name returns the name of the model, such as "ms-marco-MiniLM-L12-footnote-int8".
func (r *Reader) Name() string {
	return fmt.Sprintf("ms-marco-MiniLM-L%d-footnote-int8", r.model.Layers())
}

// Read implements [rag.Reader]. It reads the first 64 tokens of the question,
// and with each passage the title of its article and the headings above it. A passage that
// is too long for one sequence is read in overlapping windows; the best window counts. Texts may
// have any bytes. All processors share the work, one window each. When ctx ends,
// Read returns the error of ctx after at most the time of one window.
func (r *Reader) Read(ctx context.Context, question string, passages []rag.Passage) ([]rag.Reading, error) {
	first := r.model.Encode(nil, question, maxQuestion+2)
	var all []window
	for i, p := range passages {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		// The tokenizer removes control characters, and would join the words of
		// two pages.
		text := strings.ReplaceAll(p.Text, rag.PageBreak, " ")
		all = r.appendWindows(all, i, first, r.head(p), text)
	}
	readings := make([]rag.Reading, len(all)) // of each window
	err := r.each(ctx, all, func(w *bert.Worker, i int) {
		v := &all[i]
		x := w.Run(v.ids, v.second, len(v.ids))
		readings[i] = rag.Reading{Answers: r.answers.logit(x), Spans: r.span.find(x, v, passages[v.pair])}
	})
	if err != nil {
		return nil, err
	}
	whole := make([]rag.Reading, len(passages))
	for i, v := range all {
		if v.later {
			merge(&whole[v.pair], readings[i])
		} else {
			whole[v.pair] = readings[i]
		}
	}
	return whole, nil
}

// head returns the tokens of a passage's title, of the headings above it and of the
// columns of the table that it begins in.
func (r *Reader) head(p rag.Passage) []bert.Token {
	var headings []string
	for _, h := range append(p.Chunk.Headings(), p.Columns) {
		headings = append(headings, asSentence(h))
	}
	return append(r.model.Tokens(asSentence(p.Chunk.Title), maxHeading), r.model.Tokens(strings.Join(headings, " "), maxHeading)...)
}

// asSentence returns a title with a full stop, as the model saw titles in its
// training, unless it ends with punctuation.
func asSentence(title string) string {
	title = strings.TrimSpace(title)
	if last, _ := utf8.DecodeLastRuneInString(title); title == "" || unicode.IsPunct(last) {
		return title
	}
	return title + "."
}

// merge replaces what a later window of the same passage has better. A zero Span
// is worse than any other, whatever their scores.
func merge(whole *rag.Reading, window rag.Reading) {
	whole.Answers = max(whole.Answers, window.Answers)
	for i, s := range window.Spans {
		if s.End > 0 && (whole.Spans[i].End == 0 || s.Score > whole.Spans[i].Score) {
			whole.Spans[i] = s
		}
	}
}

// Pair is a claim with its evidence.
type Pair struct{ Claim, Evidence string }

// Support returns for each pair the log odds that the evidence supports the
// claim. It reads the first 128 tokens of each claim. Long evidence, any bytes,
// processors and ctx are treated as in Read.
func (r *Reader) Support(ctx context.Context, pairs []Pair) ([]float64, error) {
	var all []window
	for i, p := range pairs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		all = r.appendWindows(all, i, r.model.Encode(nil, p.Claim, maxClaim+2), nil, p.Evidence)
	}
	found := make([]float64, len(all))
	err := r.each(ctx, all, func(w *bert.Worker, i int) {
		v := &all[i]
		found[i] = r.supports.logit(w.Run(v.ids, v.second, 1))
	})
	if err != nil {
		return nil, err
	}
	logits := make([]float64, len(pairs))
	for i, v := range all {
		if !v.later || found[i] > logits[v.pair] {
			logits[v.pair] = found[i]
		}
	}
	return logits, nil
}

// window is a sequence: the first text of a pair, and the second text or a part
// of it.
type window struct {
	pair   int  // index of the pair
	later  bool // this is not the first window of the pair
	ids    []int32
	second int          // where the ids of the head and the second text begin
	tokens []bert.Token // of the second text; their ids are the last before [SEP]
}

// at returns the index of token i in the sequence.
func (w *window) at(i int) int { return len(w.ids) - 1 - len(w.tokens) + i }

// appendWindows appends the windows of a pair, at least one. first holds the ids
// of the first text with [CLS] and [SEP]. Each window begins with head.
func (r *Reader) appendWindows(all []window, pair int, first []int32, head []bert.Token, text string) []window {
	tokens := r.model.Tokens(text, 0)
	room := maxPair - len(first) - len(head) - 1
	for from := 0; ; from += room - overlap {
		w := window{pair: pair, later: from > 0, second: len(first), tokens: tokens[from:min(from+room, len(tokens))]}
		w.ids = append(make([]int32, 0, len(first)+len(head)+len(w.tokens)+1), first...)
		for _, t := range head {
			w.ids = append(w.ids, t.ID)
		}
		for _, t := range w.tokens {
			w.ids = append(w.ids, t.ID)
		}
		w.ids = append(w.ids, bert.SEP)
		all = append(all, w)
		if from+room >= len(tokens) {
			return all
		}
	}
}

func (r *Reader) each(ctx context.Context, all []window, do func(w *bert.Worker, i int)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return r.model.Each(ctx, len(all), func(i int) int { return len(all[i].ids) }, do)
}
