package check

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/text"
)

// Ground holds the features by which [Check] decides whether a text supports a
// claim. Shares are weighted by the rarity of the words in English.
type Ground struct {
	Coverage float64 `json:"coverage"` // share of the claim's words that its best three sentences have together
	Pairs    float64 `json:"pairs"`    // share of the claim's neighbouring words that are neighbours in the text
	Names    float64 `json:"names"`    // 1 if the text lacks a name of the claim, else 0
	Numbers  float64 `json:"numbers"`  // share of the claim's numbers and months that the text lacks
	Uneven   float64 `json:"uneven"`   // share of the whole claim that one sentence has, less that of its weakest piece
	Length   float64 `json:"length"`   // log(1 + words of the text): a long text has more words by chance

	Missing []string `json:"missing,omitempty"` // words that the text lacks, as the claim writes them

	lostNames, lostNumbers []string
	denied                 bool
	swapped                bool
	displaced              bool
	clause                 rag.Reason // why a clause of the claim is not supported; zero if all are
	scattered              rag.Reason // why no single sentence says enough of the claim; zero if one does
}

// GroundFeatures names the values of [Ground.Features], in order.
var GroundFeatures = []string{"coverage", "pairs", "names", "numbers", "uneven", "length"}

// Features returns the values that the fit weights, in the order of
// GroundFeatures.
func (g Ground) Features() []float64 {
	return []float64{g.Coverage, g.Pairs, g.Names, g.Numbers, g.Uneven, g.Length}
}

// groundWeights are the weights of a logistic regression, the intercept first,
// fitted by
//
//	go run ./cmd/footnote/internal/fit check DATA/grounding
var groundWeights = []float64{-.779, 2.194, 1.155, -.759, -.838, -.853, -.140}

// Probability returns the probability that a reader would say that the text
// supports the claim; 0 if the text has none of its words.
func (g Ground) Probability() float64 {
	if g.Coverage == 0 {
		return 0
	}
	z := groundWeights[0]
	for i, x := range g.Features() {
		z += groundWeights[i+1] * x
	}
	return rag.Logistic(z)
}

// Supported reports whether the text supports the claim. It does if it has every
// number, does not contradict the claim, and has a Probability of at least .5.
func (g Ground) Supported() bool { return !g.Reason().Given() }

// supportsDraft reports whether the text supports a claim that a model wrote.
func (g Ground) supportsDraft() bool { return !g.draftReason().Given() }

// draftReason returns why the text does not support a claim that a model
// wrote; zero if it does. It is stricter than [Ground.Reason]. The text must
// have every name, because claims with one name replaced often pass otherwise.
// One sentence must say most of the claim.
func (g Ground) draftReason() rag.Reason {
	reason := g.reasonBelow(supportThreshold)
	if names := slices.DeleteFunc(slices.Clone(g.lostNames), isShort); !reason.Given() && len(names) > 0 {
		return rag.Reason{Code: rag.FactsNotFound, Words: names}
	}
	return first(reason, g.scattered)
}

// isShort reports whether a name is initials, which the text may spell out.
func isShort(name string) bool {
	name = strings.TrimSuffix(name, "s")
	return name == strings.ToUpper(name)
}

// Vetoed reports whether the text lacks a number or a clause of the claim,
// contradicts it, reverses its roles, or says it of somebody else. A high
// Probability does not outweigh that.
func (g Ground) Vetoed() bool {
	return len(g.lostNumbers) > 0 || g.denied || g.swapped || g.displaced || g.clause.Given()
}

// Reason returns why the text does not support the claim; zero if it does.
func (g Ground) Reason() rag.Reason { return g.reasonBelow(.5) }

// reasonBelow is like [Ground.Reason] with likely as the least Probability.
func (g Ground) reasonBelow(likely float64) rag.Reason {
	switch {
	case len(g.lostNumbers) > 0:
		return rag.Reason{Code: rag.FactsNotFound, Words: g.lostNumbers}
	case g.denied:
		return rag.Reason{Code: rag.NegationDiffers}
	case g.swapped:
		return rag.Reason{Code: rag.RolesReversed}
	case g.displaced:
		return rag.Reason{Code: rag.OtherSubject}
	case g.clause.Given():
		return g.clause
	case g.Probability() >= likely:
		return rag.Reason{}
	case len(g.lostNames) > 0:
		return rag.Reason{Code: rag.FactsNotFound, Words: g.lostNames}
	case len(g.Missing) > 0:
		return rag.Reason{Code: rag.WordsNotFound, Words: g.Missing}
	default:
		return rag.Reason{Code: rag.Scattered}
	}
}

// first returns the first of two reasons that is one.
func first(a, b rag.Reason) rag.Reason {
	if a.Given() {
		return a
	}
	return b
}

// Supports measures how well texts together support a claim. It is pure and total.
func Supports(claim string, texts ...string) Ground {
	var all []sentenceTokens
	for _, s := range texts {
		s, _, _ = text.CutCitations(s, 0)
		all = append(all, tokenized(s)...)
	}
	claim, _, _ = text.CutCitations(enumerated.ReplaceAllString(claim, ""), 0)
	return ground(newClaim(claim), all)
}

// enumerated matches a list item's number.
var enumerated = regexp.MustCompile(`(?m)^\s*\d{1,2}[.)](\s|$)`)

// sentenceTokens is a tokenized sentence of a text.
type sentenceTokens struct {
	at    text.Span
	title bool // names what the other sentences may leave out
	all   []text.Token
	set   map[string]bool
	roles []role
	// denied holds the keys of the words that the sentence negates.
	denied map[string]bool
}

func tokenized(body string) []sentenceTokens {
	var all []sentenceTokens
	for _, s := range text.Sentences(body, text.Span{Start: 0, End: len(body)}) {
		all = append(all, newSentence(body, s))
	}
	return all
}

func newSentence(body string, at text.Span) sentenceTokens {
	s := sentenceTokens{at: at, all: text.Tokens(at.Of(body))}
	s.set = text.KeySet(at.Of(body), s.all)
	s.roles, s.denied = roles(s.all), text.Negated(s.all)
	return s
}

// claimTokens is a tokenized claim.
type claimTokens struct {
	all     []text.Token
	run     []text.Token // the content words and numbers
	content []text.Token // run without repetitions
	roles   []role
	clauses []clause
	pieces  [][]text.Token
	asked   []text.Token // content words of the question, if the claim says nothing without it
}

func newClaim(text string) claimTokens {
	c := readTokens(text)
	c.roles, c.clauses, c.pieces = roles(c.all), clauses(text), pieces(text)
	return c
}

// readTokens tokenizes a claim without its roles, clauses and pieces.
func readTokens(s string) claimTokens {
	c := claimTokens{all: text.Tokens(s)}
	for _, t := range c.all {
		if t.Content || t.Number {
			c.run = append(c.run, t)
		}
	}
	c.content = text.Distinct(c.run)
	return c
}

// best picks up to n sentences greedily, so that together they cover most of
// want. It returns their indices and the share that they cover.
func best(want []text.Token, body []sentenceTokens, n int) (chosen []int, share float64) {
	union := map[string]bool{}
	for len(chosen) < n {
		at, most := -1, share
		for i, s := range body {
			if v := text.Coverage(want, func(k string) bool { return union[k] || s.set[k] }); v > most+1e-9 {
				at, most = i, v
			}
		}
		if at < 0 {
			break
		}
		for k := range body[at].set {
			union[k] = true
		}
		chosen, share = append(chosen, at), most
	}
	return chosen, share
}

func ground(c claimTokens, body []sentenceTokens) Ground {
	if len(c.content) == 0 || len(body) == 0 {
		return Ground{}
	}
	whole, beginnings, pairs := map[string]bool{}, map[string]bool{}, map[[2]string]bool{}
	length := 0
	for _, s := range body {
		length += len(s.all)
		last := ""
		maps.Copy(whole, s.set)
		for _, t := range s.all {
			if len(t.Key) >= 5 && !t.Number {
				beginnings[t.Key[:5]] = true
			}
			if t.Content || t.Number {
				pairs[[2]string{last, t.Key}] = true
				last = t.Key
			}
		}
	}
	var figures []text.Token
	for _, s := range body {
		for _, t := range s.all {
			if t.Number {
				figures = append(figures, t)
			}
		}
	}
	has := func(t text.Token) bool {
		if t.Number {
			return slices.ContainsFunc(figures, t.Agrees)
		}
		return whole[t.Key] || len(t.Key) >= 6 && !t.Number && beginnings[t.Key[:5]] // Russia, Russian
	}
	var g Ground
	chosen, share := best(c.content, body, 3)
	g.Coverage, g.Length = share, math.Log1p(float64(length))
	numbers, gone := 0., 0.
	for _, t := range c.content {
		if t.Number {
			numbers++
		}
		if has(t) {
			continue
		}
		g.Missing = append(g.Missing, t.Raw)
		switch {
		case t.Number:
			gone++
			if t.Exact {
				g.lostNumbers = append(g.lostNumbers, t.Raw)
			}
		case t.Name:
			g.Names = 1
			g.lostNames = append(g.lostNames, t.Raw)
		}
	}
	if numbers > 0 {
		g.Numbers = gone / numbers
	}
	g.Pairs = c.pairs(pairs, g.Coverage)
	if len(chosen) > 0 {
		nearest := body[chosen[0]]
		most := text.Coverage(c.content, func(k string) bool { return nearest.set[k] })
		g.Uneven = c.unevenness(body, most)
		g.denied = most >= text.SameTopicCoverage && text.Contradicts(c.all, nearest.all)
		g.swapped = swapped(c.roles, body)
		g.displaced = c.displaced(body, chosen[0], pairs) || c.displacedIn(body, pairs)
		g.clause = c.clauseReason(body)
		if g.Probability() >= supportThreshold {
			g.scattered = c.scattered(body)
		}
	}
	return g
}

// pairs returns the rarity-weighted share of the claim's neighbouring words
// that are in have; single if the claim has fewer than two words.
func (c claimTokens) pairs(have map[[2]string]bool, single float64) float64 {
	all, found := 0., 0.
	for i := 1; i < len(c.run); i++ {
		a, b := c.run[i-1], c.run[i]
		all += a.Rarity + b.Rarity
		if have[[2]string{a.Key, b.Key}] {
			found += a.Rarity + b.Rarity
		}
	}
	if all == 0 {
		return single
	}
	return found / all
}
