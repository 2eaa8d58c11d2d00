package question

import (
	"strings"
	"unicode"

	"footnote/rag/internal/lazyregexp"
	"footnote/rag/text"
)

// Kind is the kind of thing that a question asks for.
type Kind int

// The values of Kind.
const (
	Anything Kind = iota // no kind that is recognised
	Share                // a percentage: "what share of …"
	Sum                  // of money: "how much did it cost"
	Duration             // "how long"
	Number               // "how many", "what age"
	Time                 // "when", "which year"
	Person               // "who"
	Place                // "where", "which city"
	Reason               // "why"
	Name                 // of an organisation or a work: "which company"
	Saying               // somebody's words: "what did she say"
)

// kindOf returns the kind of thing that a question asks for.
func kindOf(question string) Kind {
	for _, a := range kindPatterns {
		if a.re.MatchString(question) {
			return a.kind
		}
	}
	return Anything
}

// kindPatterns maps the words of a question to a kind. The first match decides.
var kindPatterns = []struct {
	kind Kind
	re   lazyregexp.Regexp
}{
	{Share, lazyregexp.New(`(?i)\bhow (much|many)\b.*\b(percent|percentage)\b|\bwhat (percent|percentage|proportion|share)\b`)},
	{Sum, lazyregexp.New(`(?i)\bhow much (money\b|(did|does|do|was|were|is|are|has|have|will|would)\b.*\b(paid|pay|cost|spen[dt]|earn|worth|raised?|lend|lent|borrow|owe)\b)|\bwhat (is|was|were|are)? ?(the )?(price|cost)\b`)},
	{Duration, lazyregexp.New(`(?i)\bhow long\b`)},
	{Number, lazyregexp.New(`(?i)\bhow (many|much|old|tall|far|big|large|high|deep|wide|heavy|often|fast|hot|cold|few)\b|\bwhat (is |was |are |were )?(the )?(total )?(number|amount|age|population|size|length|height|width|depth|distance|temperature|speed|weight|score|rate|magnitude|capacity|altitude|elevation)\b`)},
	{Time, lazyregexp.New(`(?i)\bwhen\b|\b(what|which) (year|date|day|month|century|decade|era|time|season|weekday)\b|\bwhat (is|was) the (year|date)\b|\bhow (recently|long ago)\b`)},
	{Person, lazyregexp.New(`(?i)\b(who|whom|whose)\b|\b(what|which) (\w+ )?(person|man|woman|president|king|queen|leader|actor|actress|singer|artist|author|player|politician|scientist|emperor|general|pope|director|athlete|celebrity|star|minister|senator|governor)\b`)},
	{Place, lazyregexp.New(`(?i)\bwhere\b|\b(what|which) (\w+ )?(place|city|country|state|town|county|continent|region|river|location|nation|island|province|village|area|district|street|building|venue|stadium)\b`)},
	{Reason, lazyregexp.New(`(?i)\bwhy\b|\bwhat (is|was|were|are) the (reason|cause)|\bwhat caused?s?\b|\bwhat reasons?\b`)},
	{Name, lazyregexp.New(`(?i)\b(what|which) (\w+ )?(company|team|organi[sz]ation|group|party|agency|club|university|school|band|show|film|movie|book|song|newspaper|website|app|brand|retailer|airline|bank)\b`)},
	{Saying, lazyregexp.New(`(?i)\b(say|said|says|tell|told|call|called|describe[ds]?|respond(ed)?|repl(y|ied)|comment(ed)?|warn(ed)?|words|message|quote|slogan|motto|insults?)\b`)},
}

// Shape returns a pattern that matches an answer of kind k in a sentence. It is
// nil for kinds without a typical form: Anything, Person, Place and Name.
func (k Kind) Shape() lazyregexp.Regexp { return shapes[k] }

// shapes maps a kind to what an answer of it looks like in a sentence.
var shapes = map[Kind]lazyregexp.Regexp{
	Share:    lazyregexp.New(`%|(?i)\b(per ?cent|percentage)\b`),
	Sum:      lazyregexp.New(`[$€£¥]|(?i)\b(dollars?|euros?|pounds?|cents?|yen|rou?bles?|francs?|yuan|usd)\b`),
	Duration: lazyregexp.New(`(?i)\b(\d[\d,.]*|` + NumberPattern + `|an?|several|few)[\s-]+(years?|months?|weeks?|days?|hours?|minutes?|seconds?|decades?|century|centuries)\b`),
	Number:   lazyregexp.New(`\d|(?i)\b(` + NumberPattern + `)\b`),
	Time:     lazyregexp.New(`\b(1\d{3}|20\d\d)s?\b|\b(` + MonthOrAbbreviationPattern + `)|(?i)\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|today|tonight|century|centuries|decade|winter|spring|summer|autumn|midnight|noon)\b`),
	Saying:   lazyregexp.New(`[“”"«»„]`),
	Reason:   lazyregexp.New(`(?i)\b(because|due to|owing to|since|as a result|so that|in order to|caused by|thanks to|therefore|so as to|reasons?|led to|leads to|after|out of)\b`),
}

// Alternatives for regular expressions, without a group around them: numbers in
// letters, and months in full or abbreviated.
const (
	NumberPattern              = `one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|million|billion|trillion|dozens?|half|third|quarter|first|second|once|twice|single|double`
	MonthOrAbbreviationPattern = `January|February|March|April|May|June|July|August|September|October|November|December|Jan\.|Feb\.|Mar\.|Apr\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.`
)

// FoundIn reports whether sentence contains something of kind k that the
// question does not contain. asked is the set of the question's words. For
// Anything, FoundIn returns false.
func (k Kind) FoundIn(sentence string, asked map[string]bool) bool {
	switch k {
	case Anything:
		return false
	case Person, Place, Name:
		return hasNewName(sentence, asked)
	case Number, Time:
		sentence = withoutWords(sentence, asked)
	}
	return k.Shape().MatchString(sentence)
}

// withoutWords removes the words in asked from sentence.
func withoutWords(sentence string, asked map[string]bool) string {
	return plainWord.ReplaceAllStringFunc(sentence, func(w string) string {
		if asked[strings.ToLower(w)] {
			return ""
		}
		return w
	})
}

// hasNewName reports whether sentence contains a capitalised word that is
// neither in asked nor a stop word.
func hasNewName(sentence string, asked map[string]bool) bool {
	for _, w := range plainWord.FindAllString(sentence, -1) {
		lower := strings.ToLower(w)
		if r := []rune(w); len(r) > 1 && unicode.IsUpper(r[0]) && !asked[lower] && !text.IsStopWord(lower) {
			return true
		}
	}
	return false
}

// plainWord matches a run of letters and numbers.
var plainWord = lazyregexp.New(`[\p{L}\p{N}]+`)

// countedNoun returns the noun, in lower case, whose number a question asks
// for: "people" for "How many people came?". It is empty for other questions.
func countedNoun(question string) string {
	m := howMany.FindStringSubmatch(question)
	if m == nil {
		return ""
	}
	return strings.ToLower(m[1])
}

var howMany = lazyregexp.New(`(?i)\bhow many (\p{L}+)`)
