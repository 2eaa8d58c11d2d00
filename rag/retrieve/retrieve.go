package retrieve

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/text"
)

// Retriever finds passages for a question.
type Retriever struct {
	Store    rag.Store
	Embedder rag.Embedder
}

const (
	hitsPerSearch = 100 // hits from each of the two searches
	maxPassages   = 8   // passages for a writer
	maxPerArticle = 3   // passages from one article, unless all hits are from one
)

// Rank returns the chunks found for the question's text, best first, and the
// vector of the text. Equal scores are sorted by chunk ID. The lexical search
// runs while the question is embedded.
func (r Retriever) Rank(ctx context.Context, q question.Reading) ([]rag.Ranked, []float32, error) {
	g, ctx := errgroup.WithContext(ctx)
	var lexical, dense []rag.Hit
	var vector []float32
	timely := func(time.Time) float64 { return 0 }
	g.Go(func() error {
		p, err := r.period(ctx, q)
		switch {
		case p != nil:
			timely = func(published time.Time) float64 { return periodFit(*p, published) }
		case q.Now:
			timely = func(published time.Time) float64 { return newness(q.AskedOn(), published) }
		}
		return err
	})
	g.Go(func() (err error) {
		lexical, err = r.Store.Match(ctx, q.SearchTerms(), hitsPerSearch, q.Filter)
		return err
	})
	g.Go(func() (err error) {
		if vector, err = r.Embedder.EmbedQuery(ctx, q.Text); err != nil {
			return err
		}
		dense, err = r.Store.Nearest(ctx, vector, hitsPerSearch, q.Filter)
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	return fuse(timely, vector, dense, lexical), vector, nil
}

// fuse merges the hits of the two searches into one list, best first. timely
// returns how well an article's date fits the question, 0 … 1. A chunk that
// only the lexical search found gets its cosine from its vector, or that of the
// worst dense hit if the store returned no vector.
func fuse(timely func(published time.Time) float64, vector []float32, dense, lexical []rag.Hit) []rag.Ranked {
	byID := make(map[string]*rag.Ranked, len(dense)+len(lexical))
	farthest := 0.
	for _, h := range dense {
		byID[h.Chunk.ID] = &rag.Ranked{Chunk: h.Chunk, Dense: h.Score}
		farthest = h.Score
	}
	for _, h := range lexical {
		if byID[h.Chunk.ID] == nil {
			byID[h.Chunk.ID] = &rag.Ranked{Chunk: h.Chunk, Dense: cosine(vector, h.Vector, farthest)}
		}
		byID[h.Chunk.ID].Lexical = h.Score
	}
	all := make([]rag.Ranked, 0, len(byID))
	for _, x := range byID {
		x.Timely = timely(x.Chunk.Published)
		x.Score = x.Dense + lexicalWeight*(1-math.Exp(-x.Lexical/lexicalScale)) + timeWeight*x.Timely
		all = append(all, *x)
	}
	slices.SortFunc(all, func(a, b rag.Ranked) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Chunk.ID, b.Chunk.ID))
	})
	return all
}

// Weights of a chunk's score, in points of cosine. The score is the sum of
// three parts: the cosine; lexicalWeight * (1 - exp(-BM25/lexicalScale)); and
// timeWeight times Ranked.Timely. The exponential limits the lexical part,
// because BM25 grows with the length of the question.
const (
	lexicalWeight = .12
	lexicalScale  = 40.
	timeWeight    = .04
)

// cosine returns the cosine of two unit vectors, or unknown if b is empty
// because the store did not return it.
func cosine(a, b []float32, unknown float64) float64 {
	if len(b) == 0 {
		return unknown
	}
	return dot(a, b)
}

// Passages merges ranked chunks that touch into passages, splits them into
// sentences and returns the best 8, best first. At most 3 are from one article,
// unless all chunks are from one. The sentences have no scores yet; see
// [ScoreSentences].
func (r Retriever) Passages(ctx context.Context, ranked []rag.Ranked) ([]rag.Passage, error) {
	articles := map[string]rag.Document{}
	var all []rag.Passage
	perArticle := map[string]int{}
	single := len(ranked) > 0 && !slices.ContainsFunc(ranked, func(x rag.Ranked) bool { return x.Chunk.Doc != ranked[0].Chunk.Doc })
	for _, x := range ranked {
		if join(all, x) {
			continue
		}
		if len(all) == maxPassages {
			break
		}
		if perArticle[x.Chunk.Doc] == maxPerArticle && !single {
			continue
		}
		perArticle[x.Chunk.Doc]++
		all = append(all, rag.Passage{Chunk: x.Chunk, Start: x.Chunk.Start, End: x.Chunk.End, Score: x.Score, Dense: x.Dense, Lexical: x.Lexical, Chunks: []rag.Ranked{x}})
	}
	for i := range all {
		p := &all[i]
		d, ok := articles[p.Chunk.Doc]
		if !ok {
			var err error
			if d, err = r.Store.Document(ctx, p.Chunk.Doc); err != nil {
				return nil, err
			}
			articles[d.ID] = d
		}
		p.Start, p.End = wholeBlocks(d.Text, p.Start, p.End)
		if b := text.BlockAt(d.Text, p.Start); b.Kind == text.Table && b.Lines[0].End <= p.Start {
			p.Columns, p.ColumnsAt = b.Lines[0].Of(d.Text), b.Lines[0].Start
		}
		p.Source, p.Text, p.Page = d.Source, d.Text[p.Start:p.End], rag.PageAt(d.Text, p.Start)
		for _, s := range text.Sentences(d.Text, text.Span{Start: p.Start, End: p.End}) {
			p.Sentences = append(p.Sentences, rag.ScoredSentence{Start: s.Start, End: s.End})
		}
	}
	return all, nil
}

// wholeBlocks extends a run of text so that a list, table or code at its ends is
// whole and has the line that introduces it. If that adds more than maxAdded bytes, only
// the line of the block is made whole.
func wholeBlocks(s string, start, end int) (int, int) {
	if b := text.BlockAt(s, start); b.Kind != text.NoBlock {
		from := b.Span().Start
		if start-from > maxAdded {
			from = lineOf(b, start).Start
		}
		start = min(start, from)
	}
	if b := text.BlockAt(s, end-1); b.Kind != text.NoBlock {
		to := b.Span().End
		if to-end > maxAdded {
			to = lineOf(b, end-1).End
		}
		end = max(end, to)
	}
	// Code is told by the white space before its lines, which a chunk begins without.
	for start > 0 && (s[start-1] == ' ' || s[start-1] == '\t') {
		start--
	}
	return start, end
}

const maxAdded = 1000

// lineOf returns the line of a block that an offset is in; an empty span there if it is
// between two lines.
func lineOf(b text.Block, at int) text.Span {
	for _, l := range b.Lines {
		if l.Start <= at && at < l.End {
			return l
		}
	}
	return text.Span{Start: at, End: at}
}

// join merges x into a passage that it touches, and reports whether there is
// one. A passage grows to at most three times the length of its best chunk or
// of x, whichever is longer.
func join(all []rag.Passage, x rag.Ranked) bool {
	c := x.Chunk
	for i := range all {
		p := &all[i]
		if p.Chunk.Doc != c.Doc || p.Chunk.Section != c.Section || c.Start > p.End+2 || c.End+2 < p.Start {
			continue
		}
		if start, end := min(p.Start, c.Start), max(p.End, c.End); end-start <= 3*max(len(p.Chunk.Text), len(c.Text)) {
			p.Start, p.End = start, end
			p.Chunks = append(p.Chunks, x)
			return true
		}
	}
	return false
}

// dot returns the dot product of two vectors; for unit vectors, the cosine.
func dot(a, b []float32) float64 {
	sum := 0.0
	for i := range min(len(a), len(b)) {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}
