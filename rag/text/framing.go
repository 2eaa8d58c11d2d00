package text

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

// Parts of the patterns of framing.
const (
	// framingNoun is what a model calls the passages that it was given.
	framingNoun = `(?:articles?|passages?|texts?|sources?|reports?|documents?|contexts?|excerpts?|extracts?|paragraphs?|snippets?|stor(?:y|ies)|pieces?|material|information|evidence)`
	framingKind = `(?:(?:first|second|third|provided|given|numbered|cited|quoted|available|above|following|retrieved|relevant|supplied|news|same|other|source|context|latest|original|accompanying) )*`
	framingNums = `(?:\s*(?:no\.? |number )?[#\[]?\d{1,3}\]?(?:(?:\s*,\s*|\s*,?\s*(?:and|&)\s*)[#\[]?\d{1,3}\]?)*)`
	framingTail = `(?: (?:provided|given|above|itself|in question|cited|supplied)| (?:titled|entitled|called) ["“][^"”]*["”])?`
	// framingSource names one or several of the passages: "the article", "these
	// two passages", "passage 1", "the CNN article".
	framingSource = `(?:(?:(?:the|this|that|these|those|both|each of the|all of the|all|one of the|both of the|two of the|several of the|your) (?:(?:two|three|four|five) )?` +
		framingKind + `|the (?:\p{Lu}[\pL.’']* ){1,3})` + framingNoun + framingNums + `?` + framingTail +
		`|(?:articles?|passages?|texts?|sources?|documents?|excerpts?)` + framingNums + `|(?:articles|passages|one article|one passage|an article|another article|another passage)` + framingTail + `)`
	framingSay  = `(?:says?|said|states?|stated|reports?|reported|mentions?|mentioned|notes?|noted|explains?|explained|indicates?|indicated|describes?|described|claims?|claimed|writes?|wrote|adds?|added|shows?|showed|tells?(?: us)?|told(?: us)?|suggests?|suggested|confirms?|confirmed|reveals?|revealed|points? out|pointed out|makes? (?:it )?clear|specif(?:y|ies)|specified|goes? on to (?:say|explain|note)|maintains?|argues?|asserts?|quotes?|informs? us)`
	framingSaid = `(?:stated|reported|mentioned|noted|explained|indicated|described|said|written|seen|shown|discussed|outlined|detailed|specified|found|suggested|confirmed|quoted|pointed out)`
	framingAlso = `(?:(?:also|further|clearly|explicitly|specifically|directly|simply|only|then|both|all|additionally) )*`
	framingNot  = `(?:(?:do|does|did) not|don['’]t|doesn['’]t|didn['’]t|never)`
	// framingClause begins a clause that follows a verb without "that".
	framingClause = `(?:(?:he|she|it|they|there|we|his|her|their|its)\b[^.;]*|[^.;:,]{2,60}? (?:is|was|were|are|has|have|had|will|would|can|could|did|does|may|might|must|should|\pL+ed|left|went|came|said|won|lost|took|made|got|gave|saw|met|began|led|held|fell|rose|ran|paid|sold|bought|told|sent|kept|found|became|sank|wrote|spoke|fled|shot|hit|cut|put|grew|knew|thought|stood|drew|broke|built|caught|chose|fought|brought|taught)\b[^.;]*)`
)

// framing has the patterns of what a sentence says about its source.
type framing struct {
	before, within, after []lazyregexp.Regexp
	says                  lazyregexp.Regexp // a verb of saying without "that" before a clause
	none                  lazyregexp.Regexp // begins what is no statement of its own
}

// framingPatterns compiles the patterns. They are large, and only answers of models
// need them.
var framingPatterns = sync.OnceValue(func() framing {
	return framing{
		before: compileAll(
			// "According to passage 1, ", "As reported in the articles, "
			`^(?:according to|based (?:up)?on|as per|per|going by|judging (?:by|from)|(?:as )?`+framingSaid+` (?:in|by)|citing|as `+framingAlso+framingSaid+` (?:in|by)|(?:based )?on the basis of) (?:what )?(?:the information (?:in|from|given in|provided in) )?`+framingSource+`(?: `+framingSay+`)?\s*[,:]\s*(?:it (?:is|was) (?:`+framingSaid+`|clear) that )?`,
			`^(?:in|from) (?:(?:the|these|those|this) `+framingKind+`(?:articles?|passages?|sources?|excerpts?|documents?|information)`+framingNums+`?`+framingTail+`|(?:articles?|passages?|sources?|texts?|documents?|excerpts?)`+framingNums+`),\s*(?:it (?:is|was) (?:`+framingSaid+`|clear) that )?`,
			// "As the article says, "
			`^as `+framingSource+` `+framingAlso+framingSay+`,\s*`,
			// "In the article, it is stated that", "It is stated in the article that"
			`^in `+framingSource+`,? it (?:is|was) `+framingAlso+framingSaid+` that,?\s*`,
			`^it (?:is|was) `+framingAlso+framingSaid+` (?:in|by) `+framingSource+` that,?\s*`,
			`^(?:we|i|you) (?:can )?(?:learn|know|see|read|find|infer)(?: (?:from|in) `+framingSource+`) that,?\s*`,
			// "The article states that ", "The passage says: "
			`^`+framingSource+`,? `+framingAlso+framingSay+framingNums+`?(?: that\b,?|[,:])\s*`,
			`^(?:passages?|articles?|sources?|texts?|documents?)`+framingNums+`\s*:\s*`,
			`^the (?:short |direct )?answer(?: to (?:your|the) question)? is (?:that |: ?)`,
			// other languages
			`^(?:laut|gemäß|nach|gemäss) (?:(?:dem|der|den|diesem|dieser|diesen) )?(?:artikeln?|passagen?|texten?|text|quellen?)(?: \d+)?,? `,
			`^(?:selon|d['’]après) (?:l['’]|les? |la |cet |ces )(?:articles?|passages?|textes?|sources?|documents?)(?: \d+)?,\s*`,
			`^(?:según|de acuerdo con) (?:el |la |los |las )(?:artículos?|pasajes?|textos?|fuentes?)(?: \d+)?,\s*`,
			// "The article does not say when, but it states that "
			`^`+framingSource+` `+framingNot+` `+framingAlso+`(?:`+framingSay+`|give|provide|include|contain|address|answer)\b[^.;:]*?(?:[;:—–]|,? (?:but|only|although|though|however,?|yet)\b)\s*(?:(?:but|however|instead|rather|only|although|though)\b,?\s*)?(?:(?:they|it|he|she) `+framingAlso+framingSay+`(?: only)? |that |`+framingSource+` `+framingAlso+framingSay+` )?(?:that )?`,
		),
		says: lazyregexp.New(`(?i)^` + framingSource + ` ` + framingAlso + `(?:(?:says?|said) |(?:states?|stated|reports?|reported|notes?|noted|claims?|claimed|explains?|explained|indicates?|suggests?|shows?|confirms?|adds?) (` + framingClause + `)$)`),
		none: lazyregexp.New(`(?i)^(?:nothing|no|so|little|anything|whether|if|how|why|what|when|where|who|which)\b`),
		after: compileAll(
			// ", according to the article", " (as stated in passage 1)"
			`[,;]?\s+(?:[—–-]\s*)?\(?(?:according to|based on|as per|per|as `+framingAlso+framingSaid+` (?:in|by)|as `+framingSource+` `+framingAlso+framingSay+`$|`+framingSaid+` in) ?`+framingSource+`\)?$`,
			`[,;]?\s+(?:[—–-]\s*)?as `+framingSource+` `+framingAlso+framingSay+`$`,
			// ", the passage says", ", says the passage"
			`,["”’]?\s+`+framingSource+` `+framingAlso+framingSay+`$`,
			`,["”’]?\s+`+framingSay+` `+framingSource+`$`,
			// "(passage 1)", "in passage 2"
			`\s*[(\[](?:see |see also |source: |cf\. |from |in )?`+framingSource+`[)\]]$`,
			`,?\s+(?:in|from|see) (?:passages?|articles?|sources?|excerpts?)`+framingNums+`$`,
			// "; the article does not say when"
			`(?:[,;:—–]\s*(?:but|although|though|however|and|while|yet)?,?|\s(?:but|although|though))\s*(?:`+framingSource+`|they|it) `+framingNot+` `+framingAlso+`(?:`+framingSay+`|give|provide|include|contain|address|answer)\b[^.;:]*$`,
		),
		within: compileAll(
			`,\s+(?:according to|as per|as `+framingAlso+framingSaid+` (?:in|by)) `+framingSource+`,`,
			`,\s+(?:as )?`+framingSource+` `+framingAlso+framingSay+`,`,
			`\s*[(\[](?:see |source: |from )?(?:passages?|articles?|sources?|excerpts?)`+framingNums+`[)\]]`,
		),
	}
})

func compileAll(patterns ...string) []lazyregexp.Regexp {
	all := make([]lazyregexp.Regexp, len(patterns))
	for i, p := range patterns {
		all[i] = lazyregexp.New(`(?i)` + p)
	}
	return all
}

// Unframed removes from a sentence what it says about its source: "The article
// states that it sank." and "It sank, according to passage 1." become "It
// sank.". It also removes a clause that says what the passages do not say, if
// another clause is left. A sentence about somebody else's words stays as it is.
func Unframed(s string) string {
	s = strings.TrimSpace(s)
	for range 4 {
		next := unframedOnce(s)
		if next == s || !HasWord(next) {
			break
		}
		s = next
	}
	return s
}

func unframedOnce(s string) string {
	patterns := framingPatterns()
	body := strings.TrimRight(s, ".!?…。 ")
	end := strings.TrimSpace(s[len(body):])
	if end == "" && body != s {
		end = "."
	}
	for _, re := range patterns.before {
		if m := re.FindString(body); m != "" && HasWord(body[len(m):]) && !patterns.none.MatchString(body[len(m):]) {
			return capital(body[len(m):]) + end
		}
	}
	if m := patterns.says.FindStringSubmatchIndex(body); m != nil {
		rest := body[m[1]:]
		if m[2] >= 0 {
			rest = body[m[2]:m[3]]
		}
		if HasWord(rest) && !patterns.none.MatchString(rest) {
			return capital(rest) + end
		}
	}
	for _, re := range patterns.after {
		if at := re.FindStringIndex(body); at != nil && HasWord(body[:at[0]]) {
			return body[:at[0]] + end
		}
	}
	for _, re := range patterns.within {
		if at := re.FindStringIndex(body); at != nil && HasWord(body[:at[0]]) {
			return body[:at[0]] + body[at[1]:] + end
		}
	}
	return s
}

// capital returns s with a capital first letter.
func capital(s string) string {
	s = strings.TrimSpace(s)
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}
