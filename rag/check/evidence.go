package check

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/text"
)

// evidence returns the sentences that a claim points at, as cites with offsets,
// each once. A quote is looked up in the passage that the claim cites, then in
// the others, because models confuse numbers more often than words. A passage
// that is cited without a quote gives its best sentences for the claim. A claim
// that cites nothing, or passages that have nothing of it, gets the best
// sentences of all passages. missing holds the quotes that no passage has.
func (c *checker) evidence(claim rag.Claim) (found []rag.Cite, missing []string) {
	add := func(x rag.Cite) {
		if !slices.Contains(found, x) {
			found = append(found, x)
		}
	}
	var cited []int
	for _, x := range claim.Cites {
		switch {
		case x.Passage < 0 || x.Passage >= len(c.passages):
		case x.Start < x.End:
			if p := c.passages[x.Passage]; x.Start >= p.Start && x.End <= p.End && text.EqualIgnoringSpace(claim.Text, p.Text[x.Start-p.Start:x.End-p.Start]) {
				add(rag.Cite{Passage: x.Passage, Start: x.Start, End: x.End})
			}
		case x.Quote != "":
			if y, ok := c.lookUp(x); ok {
				add(y)
			} else {
				missing = append(missing, x.Quote)
			}
		case !slices.Contains(cited, x.Passage):
			cited = append(cited, x.Passage)
		}
	}
	if len(found) > 0 || len(missing) > 0 {
		return found, missing
	}
	if found = c.best(claim.Text, cited); found == nil {
		every := make([]int, len(c.passages))
		for i := range every {
			every[i] = i
		}
		found = c.best(claim.Text, every)
	}
	return found, nil
}

// lookUp finds the sentences that contain the quote of a cite.
func (c *checker) lookUp(x rag.Cite) (rag.Cite, bool) {
	order := []int{x.Passage}
	for i := range c.passages {
		if i != x.Passage {
			order = append(order, i)
		}
	}
	for _, i := range order {
		p := c.passages[i]
		at, ok := c.folded(i).find(x.Quote)
		if !ok {
			continue
		}
		y := rag.Cite{Passage: i, Start: p.Start + at.Start, End: p.Start + at.End}
		for _, s := range p.Sentences { // whole sentences
			if s.Start < y.End && y.Start < s.End {
				y.Start, y.End = min(y.Start, s.Start), max(y.End, s.End)
			}
		}
		return y, true
	}
	return rag.Cite{}, false
}

// most is the maximum number of sentences that stand in for a missing quote, and
// worthwhile the least share of the claim that another sentence must add.
const (
	most       = 2
	worthwhile = .15
)

// best returns the sentences of some passages that together cover most of a
// claim's words, weighted by rarity.
func (c *checker) best(claim string, at []int) []rag.Cite {
	want := text.Distinct(text.Tokens(claim))
	covered := map[string]bool{}
	share := 0.
	var chosen []rag.Cite
	for len(chosen) < most {
		var next rag.Cite
		var keys map[string]bool
		top := share
		for _, i := range at {
			p := c.passages[i]
			for j, s := range p.Sentences {
				have := c.keys(i, j)
				if v := text.Coverage(want, func(k string) bool { return covered[k] || have[k] }); v > top+1e-9 {
					next, keys, top = rag.Cite{Passage: i, Start: s.Start, End: s.End}, have, v
				}
			}
		}
		if keys == nil || len(chosen) > 0 && top < share+worthwhile {
			break
		}
		for k := range keys {
			covered[k] = true
		}
		chosen, share = append(chosen, next), top
	}
	return chosen
}

// folded is a text in which quotes are looked up: without case, and with one
// form of white space, quotation marks, dashes and ellipses.
type folded struct {
	text   string
	starts []int // byte offset in the original of each byte of text, and its end
}

// fold returns a text in the form for looking up.
func fold(s string) folded {
	f := folded{starts: make([]int, 0, len(s)+1)}
	var b strings.Builder
	space := true // no white space at the beginning
	write := func(out string, at int) {
		for range len(out) {
			f.starts = append(f.starts, at)
		}
		b.WriteString(out)
		space = false
	}
	for i, r := range s {
		switch {
		case unicode.IsSpace(r):
			if !space {
				write(" ", i)
				space = true
			}
		case strings.ContainsRune("“”„‟«»″", r):
			write(`"`, i)
		case strings.ContainsRune("‘’‚‛‹›′`´", r):
			write("'", i)
		case strings.ContainsRune("‐‑‒–—―−", r):
			write("-", i)
		case r == '…':
			write("...", i)
		case r == utf8.RuneError:
		default:
			write(string(unicode.ToLower(r)), i)
		}
	}
	f.text = strings.TrimRight(b.String(), " ")
	f.starts = append(f.starts[:len(f.text)], len(strings.TrimRightFunc(s, unicode.IsSpace)))
	return f
}

// find returns the byte range of a quote in the original text. Parts around an
// ellipsis must follow each other. The quote's own quotation marks, and
// punctuation at its end, need not be there.
func (f folded) find(quote string) (text.Span, bool) {
	found := text.Span{Start: -1}
	from := 0
	for _, part := range strings.Split(fold(quote).text, "...") {
		part = strings.Trim(strings.TrimRight(strings.Trim(part, ` "'`), ".,;:!?"), ` "'`)
		if part == "" {
			continue
		}
		i := strings.Index(f.text[from:], part)
		if i < 0 {
			return text.Span{}, false
		}
		if found.Start < 0 {
			found.Start = f.starts[from+i]
		}
		from += i + len(part)
		found.End = f.starts[from]
	}
	return found, found.Start >= 0
}

// quotation matches words in double quotation marks. Single marks are too often
// apostrophes.
var quotation = regexp.MustCompile(`“([^“”]+)”|"([^"]+)"|«([^«»]+)»|„([^„“”]+)[“”]`)

// emphasis is the maximum number of words in quotation marks that may be mere
// emphasis. More words are a quotation.
const emphasis = 3

// unsaid returns the quotations in a sentence that no passage and no title has.
func (c *checker) unsaid(sentence string) []string {
	var all []string
	for _, m := range quotation.FindAllStringSubmatch(sentence, -1) {
		said := cmp.Or(m[1:]...)
		if len(text.Words(said)) <= emphasis {
			continue
		}
		found := false
		for i, p := range c.passages {
			if _, found = c.folded(i).find(said); !found {
				_, found = fold(p.Chunk.Title).find(said)
			}
			if found {
				break
			}
		}
		if !found {
			all = append(all, said)
		}
	}
	return all
}
