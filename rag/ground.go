package rag

import (
	"cmp"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
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
	clause                 string // why a clause of the claim is not supported; empty if all are
	scattered              string // why no single sentence says enough of the claim; empty if one does
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
	return logistic(z)
}

// Holds reports whether the text supports the claim. It does if it has every
// number, does not contradict the claim, and has a Probability of at least .5.
func (g Ground) Holds() bool { return g.Against() == "" }

// stands reports whether the text supports a claim that a model wrote.
func (g Ground) stands() bool { return g.againstModel() == "" }

// againstModel returns why the text does not support a claim that a model
// wrote; empty if it does. It is stricter than [Ground.Against]. The text must
// have every name, because claims with one name replaced often pass otherwise.
// One sentence must say most of the claim.
func (g Ground) againstModel() string {
	against := g.against(standsFrom)
	if names := slices.DeleteFunc(slices.Clone(g.lostNames), isShort); against == "" && len(names) > 0 {
		return lacks(names)
	}
	return cmp.Or(against, g.scattered)
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
	return len(g.lostNumbers) > 0 || g.denied || g.swapped || g.displaced || g.clause != ""
}

// Against returns a clause that says why the text does not support the claim;
// empty if it does.
func (g Ground) Against() string { return g.against(.5) }

// against is like [Ground.Against] with likely as the least Probability.
func (g Ground) against(likely float64) string {
	switch {
	case len(g.lostNumbers) > 0:
		return lacks(g.lostNumbers)
	case g.denied:
		return "one says not, the other does"
	case g.swapped:
		return "who did it to whom is the other way round there"
	case g.displaced:
		return displacedReason
	case g.clause != "":
		return g.clause
	case g.Probability() >= likely:
		return ""
	case len(g.lostNames) > 0:
		return lacks(g.lostNames)
	case len(g.Missing) > 0:
		return "nothing there of: " + strings.Join(g.Missing, ", ")
	default:
		return notTogether
	}
}

// lacks returns the reason for a text that has none of the words.
func lacks(words []string) string { return "no " + strings.Join(words, ", no ") + " there" }

// Bears measures how well texts together support a claim. It is pure and total.
func Bears(claim string, texts ...string) Ground {
	var all []sentenceTokens
	for _, text := range texts {
		text, _, _ = cutMarks(text, 0)
		all = append(all, tokenized(text)...)
	}
	claim, _, _ = cutMarks(enumerated.ReplaceAllString(claim, ""), 0)
	return ground(newClaim(claim), all)
}

// enumerated matches a list item's number.
var enumerated = regexp.MustCompile(`(?m)^\s*\d{1,2}[.)](\s|$)`)

// sentenceTokens is a tokenized sentence of a text.
type sentenceTokens struct {
	at    span
	title bool // names what the other sentences may leave out
	all   []token
	set   map[string]bool
	roles []role
	// denied holds the keys of the words that the sentence negates.
	denied map[string]bool
}

func tokenized(text string) []sentenceTokens {
	var all []sentenceTokens
	for _, s := range sentences(text, span{0, len(text)}) {
		all = append(all, newSentence(text, s))
	}
	return all
}

// abbreviated matches names that a text may abbreviate and a claim spell out.
var (
	abbreviated = regexp.MustCompile(`\b(?:U\.S\.A\.|U\.S\.|U\.K\.|U\.N\.|E\.U\.|(?:USA|US|UK|UN|EU)\b)`)
	standsFor   = map[string]string{"USA": "united states", "US": "united states", "UK": "united kingdom", "UN": "united nations", "EU": "european union"}
)

func newSentence(text string, at span) sentenceTokens {
	s := sentenceTokens{at: at, all: tokens(at.of(text))}
	s.set = keySet(at.of(text), s.all)
	s.roles, s.denied = roles(s.all), denied(s.all)
	return s
}

// claimTokens is a tokenized claim.
type claimTokens struct {
	all     []token
	run     []token // the content words and numbers
	content []token // run without repetitions
	roles   []role
	clauses []clause
	pieces  [][]token
	asked   []token // content words of the question, if the claim says nothing without it
}

func newClaim(text string) claimTokens {
	c := readTokens(text)
	c.roles, c.clauses, c.pieces = roles(c.all), clauses(text), pieces(text)
	return c
}

// readTokens tokenizes a claim without its roles, clauses and pieces.
func readTokens(text string) claimTokens {
	c := claimTokens{all: tokens(text)}
	for _, t := range c.all {
		if t.content || t.number {
			c.run = append(c.run, t)
		}
	}
	c.content = once(c.run)
	return c
}

// once returns the content words and numbers, without repetitions.
func once(all []token) []token {
	var some []token
	seen := map[string]bool{}
	for _, t := range all {
		if (t.content || t.number) && !seen[t.key] {
			seen[t.key] = true
			some = append(some, t)
		}
	}
	return some
}

// cover returns the rarity-weighted share of want for whose keys has is true; 1
// if want is empty.
func cover(want []token, has func(key string) bool) float64 {
	return coverBy(want, func(t token) bool { return has(t.key) })
}

// coverBy returns the rarity-weighted share of want for which has is true; 1 if
// want is empty.
func coverBy(want []token, has func(token) bool) float64 {
	have, all := 0., 0.
	for _, t := range want {
		all += t.rarity
		if has(t) {
			have += t.rarity
		}
	}
	if all == 0 {
		return 1
	}
	return have / all
}

// best picks up to n sentences greedily, so that together they cover most of
// want. It returns their indices and the share that they cover.
func best(want []token, text []sentenceTokens, n int) (chosen []int, share float64) {
	union := map[string]bool{}
	for len(chosen) < n {
		at, most := -1, share
		for i, s := range text {
			if v := cover(want, func(k string) bool { return union[k] || s.set[k] }); v > most+1e-9 {
				at, most = i, v
			}
		}
		if at < 0 {
			break
		}
		for k := range text[at].set {
			union[k] = true
		}
		chosen, share = append(chosen, at), most
	}
	return chosen, share
}

func ground(c claimTokens, text []sentenceTokens) Ground {
	if len(c.content) == 0 || len(text) == 0 {
		return Ground{}
	}
	whole, beginnings, pairs := map[string]bool{}, map[string]bool{}, map[[2]string]bool{}
	length := 0
	for _, s := range text {
		length += len(s.all)
		last := ""
		maps.Copy(whole, s.set)
		for _, t := range s.all {
			if len(t.key) >= 5 && !t.number {
				beginnings[t.key[:5]] = true
			}
			if t.content || t.number {
				pairs[[2]string{last, t.key}] = true
				last = t.key
			}
		}
	}
	var figures []token
	for _, s := range text {
		for _, t := range s.all {
			if t.number {
				figures = append(figures, t)
			}
		}
	}
	has := func(t token) bool {
		if t.number {
			return slices.ContainsFunc(figures, t.agrees)
		}
		return whole[t.key] || len(t.key) >= 6 && !t.number && beginnings[t.key[:5]] // Russia, Russian
	}
	var g Ground
	chosen, share := best(c.content, text, 3)
	g.Coverage, g.Length = share, math.Log1p(float64(length))
	numbers, gone := 0., 0.
	for _, t := range c.content {
		if t.number {
			numbers++
		}
		if has(t) {
			continue
		}
		g.Missing = append(g.Missing, t.raw)
		switch {
		case t.number:
			gone++
			if t.exact {
				g.lostNumbers = append(g.lostNumbers, t.raw)
			}
		case t.name:
			g.Names = 1
			g.lostNames = append(g.lostNames, t.raw)
		}
	}
	if numbers > 0 {
		g.Numbers = gone / numbers
	}
	g.Pairs = c.pairs(pairs, g.Coverage)
	if len(chosen) > 0 {
		nearest := text[chosen[0]]
		most := cover(c.content, func(k string) bool { return nearest.set[k] })
		g.Uneven = c.unevenness(text, most)
		g.denied = most >= alike && contradicts(c.all, nearest.all)
		g.swapped = swapped(c.roles, text)
		g.displaced = c.displaced(text, chosen[0], pairs) || c.displacedIn(text, pairs)
		g.clause = c.fails(text)
		if g.Probability() >= standsFrom {
			g.scattered = c.scattered(text)
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
		all += a.rarity + b.rarity
		if have[[2]string{a.key, b.key}] {
			found += a.rarity + b.rarity
		}
	}
	if all == 0 {
		return single
	}
	return found / all
}

// alike is the least share of a claim that a sentence must cover for both to be
// about the same thing. Only then do they contradict each other if one of them
// negates something.
const alike = .7

// denies reports whether a sentence negates something.
func denies(s []token) bool {
	for i := range s {
		if negates(s, i) {
			return true
		}
	}
	return false
}

// negates reports whether word i negates what follows. "won" does only in
// "won't", and "not only" does not.
func negates(s []token, i int) bool {
	if !negative[s[i].word] {
		return false
	}
	next := ""
	if i+1 < len(s) {
		next = s[i+1].word
	}
	return !even[next] && (s[i].word != "won" || next == "t")
}

// even holds the words before which "not" negates nothing, as in "not only".
var even = wordSet("only just merely simply doubt matter")

// contradicts reports whether one of two sentences negates a word that the
// other has without negation, or has the opposite of one of its words.
func contradicts(a, b []token) bool {
	return deniesMore(a, b) || deniesMore(b, a) || opposed(a, b)
}

// scope is the number of content words that a negation negates.
const scope = 3

// denied returns the keys of the content words that a negation stands before;
// nil if there are none.
func denied(s []token) map[string]bool {
	var set map[string]bool // nil for most sentences
	left := 0
	for i, t := range s {
		switch {
		case negates(s, i):
			left = scope
		case left > 0 && t.content:
			if set == nil {
				set = map[string]bool{}
			}
			set[t.key] = true
			left--
		}
	}
	return set
}

func deniesMore(a, b []token) bool {
	if denies(b) {
		return false
	}
	no := denied(a)
	return slices.ContainsFunc(b, func(t token) bool { return t.content && no[t.key] })
}

func opposed(a, b []token) bool {
	has := func(s []token, word string) bool {
		return slices.ContainsFunc(s, func(t token) bool { return t.word == word })
	}
	for _, t := range a {
		if o := opposites[t.word]; o != "" && !has(b, t.word) && has(b, o) && !has(a, o) {
			return true
		}
	}
	return false
}

var (
	approximate = wordSet("about over nearly around almost approximately roughly some than under")
	negative    = wordSet(`not no never none nobody nothing neither nor without cannot didn don doesn isn wasn weren aren hasn haven
hadn wouldn couldn shouldn won denied denies deny refused refuses refuse failed fails unable`)
	opposites = func() map[string]string {
		m := map[string]string{}
		for a, b := range pairs(`increase decrease increased decreased increases decreases rise fall rose fell higher lower
won lost wins loses north south northern southern east west eastern western supported opposed accepted rejected majority minority
bought sold maximum minimum never always largest smallest`) {
			m[a], m[b] = b, a
		}
		return m
	}()
)

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
