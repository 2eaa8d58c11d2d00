package ask

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/text"
)

// fromCatalogue answers small talk and questions about the articles themselves. ok is
// false for other questions, and for those that may be others if no article matches.
func (a Answerer) fromCatalogue(ctx context.Context, r question.Reading, t *rag.Timings, stream func(string)) (out rag.Answer, ok bool, err error) {
	switch {
	case r.SmallTalk == question.Courtesy:
		return rag.Answer{Verdict: rag.Refused, Reason: rag.Reason{Code: rag.Courtesy}}, true, nil
	case r.SmallTalk == question.AboutBot:
		return rag.Answer{Verdict: rag.Refused, Reason: rag.Reason{Code: rag.AboutBot}}, true, nil
	case r.Catalogue == nil:
		return rag.Answer{}, false, nil
	case !r.Catalogue.Summary:
		out, err = a.listing(ctx, r.Question, *r.Catalogue)
		known := slices.ContainsFunc(out.Citations, func(c rag.Citation) bool { return c.Author != "" })
		return out, (known || !r.Catalogue.Author) && (out.Verdict == rag.Answered || !r.Catalogue.Loose), err
	}
	d, ok, err := a.toSummarise(ctx, *r.Catalogue, r.Filter)
	if err != nil || !ok && r.Catalogue.Loose {
		return rag.Answer{}, false, err
	}
	if !ok { // say that there is none, or which ones mention it
		c := *r.Catalogue
		c.Summary = false
		out, err = a.listing(ctx, r.Question, c)
		return out, true, err
	}
	asked := r.Rephrased("Summarise the article \"" + d.Title + "\".")
	out, err = a.answer(ctx, asked, findings{passages: []rag.Passage{summary(d)}, confidence: 1, verdict: rag.Answered}, t, stream)
	out.Searched = r.Text
	return out, true, err
}

// toSummarise returns the article to summarise; false if there is none. Of a loose
// question it is only an article whose title the question names.
func (a Answerer) toSummarise(ctx context.Context, c question.CatalogueQuestion, f rag.Filter) (rag.Document, bool, error) {
	if c.About != "" {
		d, ok, err := a.article(ctx, c.About, f)
		about := text.StemSet(c.About)
		return d, ok && (!c.Loose || 2*common(about, text.StemSet(d.Title)) >= len(about)), err
	}
	infos, err := a.Store.List(ctx, f)
	if err != nil {
		return rag.Document{}, false, err
	}
	if c.Order != 0 {
		infos = slices.DeleteFunc(infos, func(i rag.Info) bool { return i.Published.IsZero() })
	}
	if len(infos) == 0 || c.Order == 0 && len(infos) > 1 {
		return rag.Document{}, false, nil
	}
	first := slices.MinFunc(infos, func(a, b rag.Info) int { return a.Published.Compare(b.Published) * -c.Order })
	d, err := a.Store.Document(ctx, first.ID)
	return d, err == nil, err
}

// article returns the article that a few words name; false if there is none. If they
// are no title, it chooses the title with the most of these words, at least half. If
// that is not exactly one title, it chooses the article with the best matching chunk:
// among those titles, or among all articles if there are none. An article that has no
// more than half of the words is another one.
func (a Answerer) article(ctx context.Context, about string, f rag.Filter) (rag.Document, bool, error) {
	infos, err := a.Store.List(ctx, f)
	if err != nil {
		return rag.Document{}, false, err
	}
	if at := slices.IndexFunc(infos, func(i rag.Info) bool { return strings.EqualFold(i.Title, about) }); at >= 0 {
		d, err := a.Store.Document(ctx, infos[at].ID)
		return d, err == nil, err
	}
	want := text.StemSet(about)
	var best []string
	most := (len(want) + 1) / 2
	for _, i := range infos {
		n := common(want, text.StemSet(i.Title))
		if n > most {
			best, most = nil, n
		}
		if n == most && n > 0 {
			best = append(best, i.ID)
		}
	}
	if len(best) != 1 {
		hits, err := a.Store.Match(ctx, text.Analyse(about).SearchTerms(), maxNamedHits, f)
		if err != nil {
			return rag.Document{}, false, err
		}
		at := slices.IndexFunc(hits, func(h rag.Hit) bool { return len(best) == 0 || slices.Contains(best, h.Chunk.Doc) })
		if at < 0 {
			return rag.Document{}, false, nil
		}
		best = []string{hits[at].Chunk.Doc}
	}
	d, err := a.Store.Document(ctx, best[0])
	if err != nil {
		return rag.Document{}, false, err
	}
	return d, 2*common(want, text.StemSet(d.Title, d.Text)) > len(want), nil
}

// common returns the number of words that two sets share.
func common(a, b map[string]bool) int {
	n := 0
	for w := range a {
		if b[w] {
			n++
		}
	}
	return n
}

// maxNamedHits is the maximum number of chunks that article looks at.
const maxNamedHits = 100

// listing answers a question about the articles themselves with a list. It
// leaves out articles without a date if the question is about a time or an
// order.
func (a Answerer) listing(ctx context.Context, q rag.Question, c question.CatalogueQuestion) (rag.Answer, error) {
	infos, err := a.Store.List(ctx, q.Filter)
	if err != nil {
		return rag.Answer{}, err
	}
	all := len(infos)
	if c.AnyYear {
		c.ResolveYear(infos)
	}
	var found []listed
	if c.About == "" {
		for _, i := range infos {
			found = append(found, listed{Info: i})
		}
	} else if found, err = a.mentioning(ctx, c.About, infos, q.Filter); err != nil {
		return rag.Answer{}, err
	}
	undated := 0
	if c.Date != "" || c.Order != 0 {
		for _, l := range found {
			if l.Published.IsZero() {
				undated++
			}
		}
	}
	found = slices.DeleteFunc(found, func(l listed) bool {
		return c.By != "" && common(text.StemSet(c.By), text.StemSet(l.Author)) < len(text.StemSet(c.By)) ||
			!c.From.IsZero() && l.Published.Before(c.From) || !c.To.IsZero() && !l.Published.Before(c.To) ||
			(c.Date != "" || c.Order != 0) && l.Published.IsZero()
	})
	if c.Order != 0 || c.About == "" {
		slices.SortStableFunc(found, func(a, b listed) int { return a.Published.Compare(b.Published) * -cmp.Or(c.Order, 1) })
	}
	out := rag.Answer{Searched: q.Text, Verdict: rag.Answered, Confidence: 1, Model: "catalogue"}
	out.Listing = &rag.Listing{About: c.About, Preposition: c.Preposition, Date: c.Date, Order: c.Order, One: c.One, Most: c.Most, By: c.By, Found: len(found), All: all, Undated: undated}
	most := min(maxListed, cmp.Or(c.Most, maxListed))
	if c.One {
		most = 1
	}
	shown := found[:min(len(found), most)]
	for _, l := range shown {
		if l.end == 0 {
			d, err := a.Store.Document(ctx, l.ID)
			if err != nil {
				return rag.Answer{}, err
			}
			l.open(d)
		}
		n := len(out.Citations) + 1
		out.Citations = append(out.Citations, rag.Citation{N: n, Title: l.Title, URL: l.URL, Doc: l.ID, Source: l.Source, Author: l.Author, Published: l.Published, Old: q.Outdated(l.Published), Quote: l.text, Start: l.start, End: l.end})
		out.Sentences = append(out.Sentences, rag.Sentence{
			Text: strings.Join(strings.Fields(l.Title), " "), Break: "\n- ", Citations: []int{n}, Support: rag.Supported, Kind: rag.ListedArticle,
		})
	}
	if len(found) == 0 && !c.Count {
		out.Verdict, out.Confidence = rag.Refused, 0
		out.Reason = rag.Reason{Code: rag.NoneListed, Articles: all}
	}
	return out, ctx.Err()
}

// maxListed is the maximum number of articles in a list. The number of all is
// in Listing.Found.
const maxListed = 10

// listed is an article in a list, with a quote.
type listed struct {
	rag.Info
	text       string // the quote
	start, end int    // byte offsets of the quote in the article; both 0: no quote yet
}

// mentioning returns the articles that contain the words about as a phrase,
// best first. The quote of each is the first sentence with all the words, from
// the best chunk that has one.
func (a Answerer) mentioning(ctx context.Context, about string, infos []rag.Info, f rag.Filter) ([]listed, error) {
	_, chunks, err := a.Store.Frequency(ctx, nil, f)
	if err != nil {
		return nil, err
	}
	words := text.Words(about)
	if len(words) > 1 && slices.Contains([]string{"the", "a", "an"}, words[0]) {
		words = words[1:]
	}
	hits, err := a.Store.Match(ctx, []string{strings.Join(words, " ")}, max(1, chunks), f)
	if err != nil {
		return nil, err
	}
	byID := map[string]rag.Info{}
	for _, i := range infos {
		byID[i.ID] = i
	}
	var found []listed
	seen := map[string]int{}
	want := text.StemSet(about)
	for _, h := range hits {
		i, known := byID[h.Chunk.Doc]
		at, has := seen[h.Chunk.Doc]
		if !known || has && found[at].end > 0 {
			continue
		}
		if !has {
			at = len(found)
			seen[h.Chunk.Doc] = at
			found = append(found, listed{Info: i})
		}
		for _, s := range text.Sentences(h.Chunk.Text, text.Span{Start: 0, End: len(h.Chunk.Text)}) {
			have := text.StemSet(s.Of(h.Chunk.Text))
			all := true
			for w := range want {
				all = all && have[w]
			}
			if all {
				l := &found[at]
				l.text, l.start, l.end = s.Of(h.Chunk.Text), h.Chunk.Start+s.Start, h.Chunk.Start+s.End
				break
			}
		}
	}
	return found, nil
}

// open sets the quote of l to the first sentence of the article that is not a
// heading. An article without such a sentence gets no quote.
func (l *listed) open(d rag.Document) {
	for _, s := range text.Sentences(d.Text, text.Span{Start: 0, End: len(d.Text)}) {
		if !strings.HasPrefix(s.Of(d.Text), "#") { // a heading
			l.text, l.start, l.end = s.Of(d.Text), s.Start, s.End
			return
		}
	}
}
