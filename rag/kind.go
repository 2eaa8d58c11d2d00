package rag

import (
	"regexp"
	"strings"
	"unicode"
)

// answerKind is the kind of thing that a question asks for.
type answerKind int

const (
	anything answerKind = iota
	aPerson
	aTime
	aNumber
	aPlace
	aReason
)

var asksFor = []struct {
	kind answerKind
	re   *regexp.Regexp
}{
	{aNumber, regexp.MustCompile(`(?i)\bhow (many|much|long|old|far|tall|high|big|large|deep|fast|heavy|often)\b|\bwhat (percentage|percent|number|share|proportion|amount)\b|\b(price|cost|population) of\b`)},
	{aTime, regexp.MustCompile(`(?i)\bwhen\b|\b(what|which|in what|in which) (year|day|date|month|century|decade|time|season|weekday)\b|\bhow (soon|recently|long ago)\b`)},
	{aPerson, regexp.MustCompile(`(?i)\b(who|whom|whose)\b|\b(what|which) (person|man|woman|president|leader|actor|actress|author|player|singer|director|king|queen|scientist|politician|minister)\b`)},
	{aPlace, regexp.MustCompile(`(?i)\bwhere\b|\b(what|which|in what|in which) (city|country|state|place|town|continent|county|region|river|location|street|village|island|province)\b`)},
	{aReason, regexp.MustCompile(`(?i)\bwhy\b|\bfor what reason\b|\bhow come\b`)},
}

// kindOf reads the kind off the words that ask.
func kindOf(question string) answerKind {
	for _, a := range asksFor {
		if a.re.MatchString(question) {
			return a.kind
		}
	}
	return anything
}

var (
	numberLike = regexp.MustCompile(`(?i)\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|percent|several)\b`)
	timeLike   = regexp.MustCompile(`(?i)\b(1\d{3}|20\d{2})s?\b|\b(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?|\b(january|february|march|april|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|yesterday|tomorrow|century|decade|spring|summer|autumn|winter|noon|midnight|o'clock)\b|\d{1,2}(st|nd|rd|th)\b|\b(last|next|this) (year|month|week)\b|\b\d+ (years?|months?|weeks?|days?|hours?|minutes?)\b`)
	placeLike  = regexp.MustCompile(`\b(in|at|from|to|near|of|within|outside|across|into|through|around) (the )?\p{Lu}`)
	reasonLike = regexp.MustCompile(`(?i)\b(because|since|due to|owing to|as a result|so that|in order to|reasons?|caused?|therefore|thanks to|out of|for fear|to (avoid|prevent|protect|ensure|keep|get|make|help|allow|show))\b`)
)

// holds reports whether a sentence has something of the kind that the
// question does not itself name.
func (k answerKind) holds(sentence, question string) bool {
	switch k {
	case aNumber:
		return numberLike.MatchString(sentence)
	case aTime:
		return timeLike.MatchString(sentence)
	case aPlace:
		return placeLike.MatchString(sentence) && newName(sentence, question)
	case aPerson:
		return newName(sentence, question)
	case aReason:
		return reasonLike.MatchString(sentence)
	}
	return false
}

// newName reports whether a sentence has a capitalised word, other than its
// first, that the question does not hold.
func newName(sentence, question string) bool {
	asked := map[string]bool{}
	for _, w := range words(question) {
		asked[w] = true
	}
	for i, f := range strings.Fields(sentence) {
		f = strings.TrimLeftFunc(f, func(r rune) bool { return !unicode.IsLetter(r) })
		if i == 0 || f == "" || !unicode.IsUpper([]rune(f)[0]) {
			continue
		}
		for _, w := range words(f) {
			if !asked[w] && !stopWords[w] && len(w) > 1 {
				return true
			}
		}
	}
	return false
}
