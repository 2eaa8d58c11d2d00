package rag

import (
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Short finds the words of a sentence that answer a question by themselves: a
// number, a date, a name, or else a run of words that the question does not
// say. It returns a part of sentence, or "" if none stands out.
func Short(question, sentence string) string {
	kind := kindOf(question)
	if kind == aReason || kind == aSaying {
		return ""
	}
	s := shortQuestion{kind: kind, asked: map[string]bool{}, rarity: map[string]float64{}}
	for _, t := range tokens(question) {
		s.asked[t.word] = true
		if t.content {
			s.rarity[t.key] = t.rarity
		}
	}
	places := s.places(sentence)
	var best span
	most := 0.
	for _, c := range s.candidates(sentence) {
		if score := c.fits + s.nearness(c.span, places); score > most {
			best, most = c.span, score
		}
	}
	return best.of(sentence)
}

type shortQuestion struct {
	kind   answerKind
	asked  map[string]bool    // every word
	rarity map[string]float64 // of the content words, by stem
}

// shortCandidate is a run of words that may answer.
type shortCandidate struct {
	span
	fits float64 // how well its looks fit what is asked for
}

var (
	amount = `\d[\d,]*(?:\.\d+)?(?:\s+(?:thousand|million|billion|trillion))?`
	// shortShapes are the runs that answer questions of a kind, the most telling first.
	shortShapes = map[answerKind][]*regexp.Regexp{
		aShare:    {regexp.MustCompile(`(?i)` + amount + `(?:\s?%|\s+per ?cent)`)},
		aSum:      {regexp.MustCompile(`(?i)(?:US|A|C)?[$€£¥]\s?` + amount), regexp.MustCompile(`(?i)` + amount + `\s+(?:dollars|euros|pounds|yen|roubles|rubles|francs|yuan)`)},
		aDuration: {shapes[aDuration]},
		aNumber: {
			regexp.MustCompile(`(?i)` + amount),
			regexp.MustCompile(`(?i)\b(?:` + numberWord + `)(?:[\s-](?:` + numberWord + `))*\b`),
		},
		aTime: {
			regexp.MustCompile(`\b(?:\d{1,2}\s+)?(?:` + month + `)(?:\s+\d{1,2}(?:st|nd|rd|th)?\b)?(?:,?\s+\d{4}\b)?`),
			regexp.MustCompile(`\b(?:1\d{3}|20\d\d)s?\b(?:\s?[-–]\s?\d{2,4}\b)?`),
			regexp.MustCompile(`(?i)\b(?:\d{1,2}(?:st|nd|rd|th)|` + numberWord + `) century\b`),
			regexp.MustCompile(`\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?i)\b(?:yesterday|today|tonight)\b`),
		},
	}
	capitalised = regexp.MustCompile(`\p{Lu}[\p{L}\p{N}'’.&-]*(?:\s+(?:(?:of|de|la|von|van|the|and|for)\s+){0,2}\p{Lu}[\p{L}\p{N}'’.&-]*)*`)
	plainRun    = regexp.MustCompile(`[\p{L}\p{N}][\p{L}\p{N}'’.-]*`)
)

// candidates gives the runs of a sentence that may answer.
func (s shortQuestion) candidates(sentence string) []shortCandidate {
	var all []shortCandidate
	add := func(at span, fits float64) {
		if at = s.strip(sentence, at); at.start < at.end {
			all = append(all, shortCandidate{at, fits})
		}
	}
	for i, re := range shortShapes[s.kind] {
		for _, m := range re.FindAllStringIndex(sentence, -1) {
			add(span{m[0], m[1]}, 3-.3*float64(i)+.02*float64(m[1]-m[0]))
		}
	}
	names := 1.
	if s.kind == aPerson || s.kind == aPlace || s.kind == aName {
		names = 2.5
	}
	for _, m := range capitalised.FindAllStringIndex(sentence, -1) {
		fits := names
		if word, _, _ := strings.Cut(sentence[m[0]:m[1]], " "); m[0] == 0 && (stopWords[strings.ToLower(word)] || commonness()[stem(strings.ToLower(word))] > 0 && !strings.Contains(sentence[m[0]:m[1]], " ")) {
			fits = .2
		}
		add(span{m[0], m[1]}, fits)
	}
	if s.kind == anything {
		for _, r := range s.runs(sentence) {
			add(r, 1)
		}
	}
	return all
}

// runs are the runs of words that are neither stop words nor asked.
func (s shortQuestion) runs(sentence string) []span {
	var all []span
	now := span{-1, -1}
	for _, m := range plainRun.FindAllStringIndex(sentence, -1) {
		word := strings.ToLower(sentence[m[0]:m[1]])
		free := !stopWords[word] && !s.asked[word] && s.rarity[stem(word)] == 0
		if free && now.start >= 0 && strings.TrimSpace(sentence[now.end:m[0]]) == "" {
			now.end = m[1]
			continue
		}
		if now.start >= 0 {
			all = append(all, now)
		}
		now = span{-1, -1}
		if free {
			now = span{m[0], m[1]}
		}
	}
	if now.start >= 0 {
		all = append(all, now)
	}
	return all
}

// strip takes from the ends of a run what answers nothing: articles,
// punctuation and words of the question; all of a run that says nothing else.
func (s shortQuestion) strip(sentence string, at span) span {
	new := false
	for _, w := range words(at.of(sentence)) {
		new = new || !s.asked[w] && !stopWords[w]
	}
	if !new {
		return span{}
	}
	for {
		text := at.of(sentence)
		trimmed := strings.TrimRightFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:'’-–", r) })
		if r, _ := utf8.DecodeLastRuneInString(trimmed); r == '.' && strings.Count(trimmed, ".") == 1 {
			trimmed = trimmed[:len(trimmed)-1]
		}
		for _, lead := range []string{"The ", "the ", "A ", "a ", "An ", "an ", "In ", "On ", "At "} {
			trimmed = strings.TrimPrefix(trimmed, lead)
		}
		trimmed = strings.TrimSuffix(strings.TrimSuffix(trimmed, "'s"), "’s")
		i := strings.Index(text, trimmed)
		if trimmed == text || i < 0 {
			return at
		}
		at = span{at.start + i, at.start + i + len(trimmed)}
	}
}

// spot is where a word of the question stands in a sentence.
type spot struct {
	at     int
	rarity float64
}

func (s shortQuestion) places(sentence string) []spot {
	var all []spot
	for _, m := range plainRun.FindAllStringIndex(sentence, -1) {
		for _, w := range words(sentence[m[0]:m[1]]) {
			if r := s.rarity[stem(w)]; r > 0 {
				all = append(all, spot{m[0], r})
			}
		}
	}
	return all
}

// nearness adds up the rarities of the question's words, each less the farther
// it stands from the run: by e in 40 bytes.
func (s shortQuestion) nearness(at span, places []spot) float64 {
	sum := 0.
	for _, p := range places {
		distance := max(at.start-p.at, p.at-at.end, 0)
		sum += p.rarity * math.Exp(-float64(distance)/40)
	}
	return sum
}
