package write

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/question"
	"footnote/rag/text"
)

// Short returns the words of a sentence that answer a question by themselves,
// such as a number, a date or a name. The result is a part of sentence. It is
// empty if no run of words is likely enough, or if the question asks for a
// reason.
func Short(r question.Reading, sentence string) string {
	runs := ShortRuns(r, sentence)
	best, most, sum := "", math.Inf(-1), 0.
	for _, run := range runs {
		score := 0.
		for i, x := range run.Features {
			score += shortWeights[i] * x
		}
		sum += math.Exp(score)
		if score > most {
			best, most = run.Text, score
		}
	}
	if len(runs) == 0 || math.Exp(most)/sum < minShortProbability {
		return ""
	}
	return best
}

// ShortRun is a run of words of a sentence that may answer a question.
type ShortRun struct {
	Text     string
	Features []float64 // features, in the order of ShortFeatures
}

// ShortFeatures names the features of a run, in order. Most features are 1 or 0.
// If the name begins with a kind of question, the feature is 0 for other kinds.
var ShortFeatures = []string{
	"two words", "three words", "four words", "more words", // all 0 for one word
	"left open", "right open", // the word next to the run is no stop word, with no punctuation between
	"name", "name cut", "names apart", "lower case", "figure", "common",
	"asked", "asked before", "asked after", "nearness", "place",
	"quoted", "bracketed", "comma inside", "stop word inside", "copula before", "copula after", "kind before", "kind after", "kind in it",
	"number: shape", "number: figure", "number: lower case",
	"time: shape", "time: figure", "time: lower case",
	"who: name", "who: by", "who: lower case",
	"where: name", "where: in", "where: lower case",
	"which: name", "which: lower case",
	"what: name", "what: figure", "what: longer", "what: lower case",
}

// shortWeights are the weights of the features, in the order of ShortFeatures: a
// conditional logit over the runs of a sentence (McFadden 1974), fitted by
//
//	go run ./cmd/footnote/internal/fit -most 1500 short DATA/squad
var shortWeights = []float64{
	1.02,  // two words
	0.85,  // three words
	0.87,  // four words
	0.03,  // more words
	-0.70, // left open
	-0.96, // right open
	0.73,  // name
	-2.84, // name cut
	0.91,  // names apart
	1.87,  // lower case
	-2.36, // figure
	-5.25, // common
	-5.20, // asked
	0.64,  // asked before
	0.14,  // asked after
	5.71,  // nearness
	0.66,  // place
	2.48,  // quoted
	-2.08, // bracketed
	-1.79, // comma inside
	-0.38, // stop word inside
	-0.19, // copula before
	0.79,  // copula after
	1.27,  // kind before
	2.87,  // kind after
	2.16,  // kind in it
	4.67,  // number: shape
	2.88,  // number: figure
	-1.32, // number: lower case
	4.05,  // time: shape
	3.31,  // time: figure
	-2.81, // time: lower case
	2.28,  // who: name
	0.92,  // who: by
	-3.86, // who: lower case
	1.55,  // where: name
	1.50,  // where: in
	-2.50, // where: lower case
	2.69,  // which: name
	-2.55, // which: lower case
	1.21,  // what: name
	2.15,  // what: figure
	0.05,  // what: longer
	-1.59, // what: lower case
}

// minShortProbability is the least probability at which Short returns a run.
const minShortProbability = .2

// longestRun is the maximum number of words in a run.
const longestRun = 7

// ShortRuns returns the runs of a sentence that may answer a question; none if
// it asks for a reason.
func ShortRuns(r question.Reading, sentence string) []ShortRun {
	q := newShortQuestion(r)
	if q.kind == question.Reason {
		return nil
	}
	s := newShortSentence(q, sentence)
	var all []ShortRun
	for i := range s.words {
		for j := i; j < len(s.words) && j < i+longestRun; j++ {
			if j > i && s.words[j].breaks {
				break
			}
			if signs := s.features(q, i, j); signs != nil {
				all = append(all, ShortRun{sentence[s.words[i].Start:s.words[j].End], signs})
			}
		}
	}
	return all
}

// shortQuestion holds the properties of a question that the features need.
type shortQuestion struct {
	kind   question.Kind
	rarity map[string]float64 // of the content words, by stem
	sum    float64            // of the rarities
	noun   string             // stem of the noun asked for: "team" in "Which team won?"
	counts bool               // asks "how many"
}

// quantities holds the words besides numbers that answer "how many".
var quantities = text.WordSet("several many few most half dozen dozens hundreds thousands millions none no all both")

// askedNoun captures the noun after "which", "what" or "how many".
var askedNoun = regexp.MustCompile(`(?i)\b(?:which|what|how many|how much)\s+(?:(?:type|kind|sort|name|part|percentage|number) of\s+)?(?:the\s+)?([\p{L}-]+)`)

func newShortQuestion(r question.Reading) shortQuestion {
	q := shortQuestion{kind: r.Kind, counts: r.Counted != "", rarity: map[string]float64{}}
	for _, t := range r.Tokens {
		if t.Content {
			q.rarity[t.Key] = t.Rarity
		}
	}
	for _, x := range q.rarity {
		q.sum += x
	}
	if m := askedNoun.FindStringSubmatch(r.Text); m != nil && !text.IsStopWord(strings.ToLower(m[1])) {
		q.noun = text.Stem(strings.ToLower(m[1]))
	}
	return q
}

// shortWord is a word of a sentence.
type shortWord struct {
	text.Span
	word, stem           string
	stop, capital, digit bool
	breaks               bool // a bracket, dash, colon, semicolon or line break stands before it
	comma                bool // a comma stands before it
	rarity               float64
	asked                float64 // its rarity if the question has it, else 0
}

type shortSentence struct {
	text   string
	words  []shortWord
	shapes []text.Span // matches of shortShapes for the kind asked for
}

var (
	amount = `\d[\d,]*(?:\.\d+)?(?:\s+(?:thousand|million|billion|trillion))?`
	// shortShapes match answers to questions of a kind.
	shortShapes = map[question.Kind][]*regexp.Regexp{
		question.Share:    {regexp.MustCompile(`(?i)` + amount + `(?:\s?%|\s+per ?cent)`)},
		question.Sum:      {regexp.MustCompile(`(?i)(?:US|A|C)?[$€£¥]\s?` + amount), regexp.MustCompile(`(?i)` + amount + `\s+(?:dollars|euros|pounds|yen|roubles|rubles|francs|yuan)`)},
		question.Duration: {question.Duration.Shape()},
		question.Number: {
			regexp.MustCompile(`(?i)` + amount),
			regexp.MustCompile(`(?i)\b(?:` + question.NumberPattern + `)(?:[\s-](?:` + question.NumberPattern + `))*\b`),
		},
		question.Time: {
			regexp.MustCompile(`\b(?:\d{1,2}\s+)?(?:` + question.MonthOrAbbreviationPattern + `)(?:\s+\d{1,2}(?:st|nd|rd|th)?\b)?(?:,?\s+\d{4}\b)?`),
			regexp.MustCompile(`\b(?:1\d{3}|20\d\d)s?\b(?:\s?[-–]\s?\d{2,4}\b)?`),
			regexp.MustCompile(`(?i)\b(?:\d{1,2}(?:st|nd|rd|th)|` + question.NumberPattern + `) century\b`),
			regexp.MustCompile(`\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?i)\b(?:yesterday|today|tonight)\b`),
		},
	}
	shortWordRun = regexp.MustCompile(`(?:US|A|C)?[$€£¥]?\d+(?:[.,]\d+)*(?:\s?%|[\p{L}]+)?|[\p{L}\p{N}\p{M}][\p{L}\p{N}\p{M}'’.&-]*`)
)

func newShortSentence(q shortQuestion, sentence string) shortSentence {
	s := shortSentence{text: sentence}
	last := 0
	for _, m := range shortWordRun.FindAllStringIndex(sentence, -1) {
		w := shortWord{Span: trimWord(sentence, text.Span{Start: m[0], End: m[1]})}
		if w.Start == w.End {
			continue
		}
		raw := w.Of(sentence)
		if ws := text.Words(raw); len(ws) > 0 {
			w.word = ws[0]
		}
		between := sentence[last:w.Start]
		w.breaks = strings.ContainsAny(between, "()[];:–—\n")
		w.comma = strings.Contains(between, ",")
		first, _ := utf8.DecodeRuneInString(raw)
		w.stem, w.stop = text.Stem(w.word), text.IsStopWord(w.word)
		w.capital, w.digit = unicode.IsUpper(first), strings.ContainsFunc(raw, unicode.IsDigit)
		if len(s.words) == 0 && w.capital && (w.stop || text.IsCommon(w.stem)) {
			w.capital = false // only because the sentence begins here
		}
		w.rarity, w.asked = text.Rarity(w.stem), q.rarity[w.stem]
		s.words = append(s.words, w)
		last = w.End
	}
	for _, re := range shortShapes[q.kind] {
		for _, m := range re.FindAllStringIndex(sentence, -1) {
			s.shapes = append(s.shapes, text.Span{Start: m[0], End: m[1]})
		}
	}
	found := s.shapes
	s.shapes = slices.DeleteFunc(slices.Clone(found), func(x text.Span) bool { // within another match, as the year of a date is
		return slices.ContainsFunc(found, func(y text.Span) bool { return x != y && y.Start <= x.Start && x.End <= y.End })
	})
	return s
}

// trimWord removes a possessive ending and final punctuation from a word. It
// keeps the full stop of an abbreviation.
func trimWord(text string, at text.Span) text.Span {
	for {
		w := at.Of(text)
		switch {
		case strings.HasSuffix(w, "'s"), strings.HasSuffix(w, "’s"):
			at.End = at.Start + strings.LastIndexAny(w, "'’")
		case strings.HasSuffix(w, "'"), strings.HasSuffix(w, "-"), strings.HasSuffix(w, "&"):
			at.End--
		case strings.HasSuffix(w, "’"):
			at.End -= len("’")
		case strings.HasSuffix(w, ".") && (strings.Count(w, ".") == 1 && utf8.RuneCountInString(w) > 4 || at.End == len(text)):
			at.End--
		default:
			return at
		}
	}
}

// features returns the features of the run from word i to word j, in the order of
// ShortFeatures. It returns nil if the run cannot answer: it begins or ends with a
// stop word, has no content word that the question lacks, or is no quantity
// where one is asked for.
func (s shortSentence) features(q shortQuestion, i, j int) []float64 {
	run := s.words[i : j+1]
	if run[0].stop || run[len(run)-1].stop {
		return nil
	}
	asked, capitals, figures, plain, commas, stops, rarity, noun := 0., 0, 0, 0, 0, 0, 0., false
	for k, w := range run {
		if w.asked > 0 {
			asked++
		}
		switch {
		case w.stop:
			stops++
		case w.capital:
			capitals++
		case w.digit:
			figures++
		default:
			plain++
		}
		if k > 0 && w.comma {
			commas++
		}
		rarity += w.rarity
		noun = noun || w.stem == q.noun
	}
	n := float64(len(run) - stops)
	if asked == n {
		return nil
	}
	var before, after shortWord
	if i > 0 {
		before = s.words[i-1]
	}
	if j+1 < len(s.words) {
		after = s.words[j+1]
	}
	at := text.Span{Start: run[0].Start, End: run[len(run)-1].End}
	open := func(w shortWord, apart bool) bool { return w.word != "" && !w.stop && !apart }
	left, right := open(before, run[0].breaks || run[0].comma), open(after, after.breaks || after.comma)
	name := plain == 0 && capitals > 0 && figures == 0
	cut := left && before.capital && run[0].capital || right && after.capital && run[len(run)-1].capital
	shape := false
	for _, x := range s.shapes {
		shape = shape || x.Start-1 <= at.Start && at.Start <= x.Start+1 && x.End-1 <= at.End && at.End <= x.End+1
	}
	is := func(w shortWord, words string) bool { return w.word != "" && strings.Contains(words, " "+w.word+" ") }
	prior, next := s.text[:at.Start], s.text[at.End:]
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(prior, " "))
	following, _ := utf8.DecodeRuneInString(next)
	who, where, which := q.kind == question.Person, q.kind == question.Place, q.kind == question.Name
	time, number := q.kind == question.Time, q.kind == question.Number || q.kind == question.Sum || q.kind == question.Share || q.kind == question.Duration
	what := !(who || where || which || time || number)
	lower, figure := capitals == 0 && figures == 0, figures > 0
	if number && !shape && !figure && (!lower || q.counts && !slices.ContainsFunc(run, func(w shortWord) bool { return quantities[w.word] })) {
		return nil // not a quantity
	}
	var v []float64
	add := func(bs ...bool) {
		for _, b := range bs {
			x := 0.
			if b {
				x = 1
			}
			v = append(v, x)
		}
	}
	add(len(run) == 2, len(run) == 3, len(run) == 4, len(run) > 4)
	add(left, right)
	add(name, cut, name && (stops > 0 || commas > 0), lower, figure)
	v = append(v, 1-rarity/float64(len(run)), asked/n)
	add(before.asked > 0, after.asked > 0)
	v = append(v, s.nearness(q, at), float64(i)/float64(len(s.words)))
	add(strings.ContainsRune("“\"‘«", last) && strings.ContainsRune("”\"’»", following), last == '(', commas > 0, stops > 0,
		is(before, " is was are were been as called named "), is(after, " is was are were "),
		q.noun != "" && before.stem == q.noun, q.noun != "" && after.stem == q.noun, noun)
	add(number && shape, number && figure, number && lower && !shape)
	add(time && shape, time && figure, time && lower && !shape)
	add(who && name, who && is(before, " by "), who && lower)
	add(where && name, where && is(before, " in at on near to from "), where && lower)
	add(which && name, which && lower)
	add(what && name, what && figure, what && len(run) > 2, what && lower)
	return v
}

// nearness returns the sum of the rarities of the question's words in the
// sentence, as a share of all in the question. A word's rarity falls by a
// factor of e for each 40 bytes between it and the run.
func (s shortSentence) nearness(q shortQuestion, at text.Span) float64 {
	sum := 0.
	for _, w := range s.words {
		if w.asked > 0 {
			distance := max(at.Start-w.Start, w.Start-at.End, 0)
			sum += w.asked * math.Exp(-float64(distance)/40)
		}
	}
	if q.sum == 0 {
		return 0
	}
	return sum / q.sum
}
